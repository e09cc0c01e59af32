"""Moving sealed bundles to a collector and receipts back: over HTTP (`http`), or on a USB stick (`folder`).

Carriers move opaque bytes and are not trusted with anything: confidentiality lies in the bundle, proof of arrival
in the receipt. Whatever goes wrong on the way, the outbox still has everything that has no receipt.
"""
