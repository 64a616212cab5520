"""The language of the house: documents, commands, events, findings, quantities, ids. Imports nothing of ours."""
