"""Where there is no browser the console's tests are left out; on a build server, where nobody looks, they fail."""

import pytest
from tests.console.conftest import chromium


@pytest.mark.parametrize(("server", "ending"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_without_a_browser_the_tests_say_what_to_install(monkeypatch, tmp_path, server, ending):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", server)
    with pytest.raises(ending, match="apt-get install chromium"):
        chromium()
