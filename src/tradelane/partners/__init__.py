"""Partners: whom we trade with and how, as data in folders."""
