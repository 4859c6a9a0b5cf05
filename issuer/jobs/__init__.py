"""The durable engine: batches in chunks, shared by workers, taken over from those that died.

`engine` alone knows dbos, `chunk` says what a job is, `foreman` looks after batches. What is done
to a chunk stands in `issuer.services.cohort`; nothing of it is decided here.
"""
