"""Sliding windows of requests in Redis, shared by all processes of a service."""

from edu_common.redis_client import Redis
from edu_common.web.rate_limits import Rate, Verdict, Window, verdict

HIT = """
local quota, seconds = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local start = time[1] - time[1] % seconds
local elapsed = time[1] - start + time[2] / 1000000
local kept = redis.call('HMGET', KEYS[1], 'start', 'current', 'previous')
local age = start - (tonumber(kept[1]) or 0)
local current, previous = tonumber(kept[2]) or 0, tonumber(kept[3]) or 0
if age > 0 then
  previous = age <= seconds and current or 0
  current = 0
end
local allowed = current + previous * (1 - elapsed / seconds) + 1 <= quota
if allowed then
  redis.call('HSET', KEYS[1], 'start', start, 'current', current + 1, 'previous', previous)
  redis.call('EXPIRE', KEYS[1], 2 * seconds)
end
return {allowed and 1 or 0, current, previous, string.format('%.6f', elapsed)}
"""
"""One step, by the clock of Redis: the same as `SlidingWindows.hit` in memory."""


class RedisCounts:
    def __init__(self, redis: Redis, service: str) -> None:
        self._redis = redis
        self._service = service

    async def hit(self, key: str, rate: Rate) -> Verdict:
        """Count a request unless it exceeds the limit; raise `RedisUnavailable`."""
        name = self._redis.key(self._service, "requests", key)
        allowed, current, previous, elapsed = await self._redis.execute("EVAL", HIT, 1, name, rate.quota, rate.seconds)
        window = Window(0, rate.seconds, current, previous)
        return verdict(window, rate, float(elapsed), allowed=bool(allowed))
