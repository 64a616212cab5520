"""Tradelane keeps a distributor's ERP, suppliers, warehouses and carriers in step."""
