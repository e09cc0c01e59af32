"""What leaves the terminal and what arrives: keys, sealed and signed bundles, carriers, the collector.

Open first: `bundle.py` (the format and its promises), then `outbox.py` (nothing is deleted without a
receipt). Carriers move opaque bytes; the collector verifies without being able to read.

This package never sees a screen or a command line, and imports nothing of `kiosk`.
"""
