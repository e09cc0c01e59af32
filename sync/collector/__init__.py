"""The receiving service: verifies, keeps and acknowledges bundles it has no key to open.

    collector.json, receipt.key   the collector's identity (`sync.keys.collector`)
    collector.db                  enrolled terminals and received bundles (`store`)

`app` is the HTTP face, `serve` runs it, `store` is what the folder carrier imports into directly.
"""
