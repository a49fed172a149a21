"""The peers that are measured: one module per peer, each runnable alone as a server or as a client."""
