"""Deciders: given what has happened and what is asked, what happens next. One file per business object."""
