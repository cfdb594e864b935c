"""What processes share through Redis where REDIS_URL names one: counts of requests, answers to hot reads, events.

Nothing here may be needed: Redis may be away, hang, or have forgotten everything at any moment.
"""
