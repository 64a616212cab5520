"""Practice partners: an ERP, suppliers and a warehouse that behave and misbehave like real ones, from one seed."""
