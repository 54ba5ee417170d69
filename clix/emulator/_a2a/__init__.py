"""The agent endpoint: `/a2a`, which speaks JSON-RPC 2.0 as A2A does, and its public card.

An agent's skills are the operations of the API under other names. They run through the same pipeline, so that limits,
faults, the inbox and the request log know no difference.
"""
