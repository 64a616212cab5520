"""The doors over HTTP: the partner API, the process API for operators, and the page that says where to look."""
