"""Events over Redis while Redis, or a process, is killed, frozen or emptied: nothing lost, nothing duplicated."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from uuid import UUID

import pytest
import pytest_asyncio

from edu_common.auth.service_tokens import ServiceTokens
from edu_common.database.engine import Database
from edu_common.events.streams import EVENTS, LONGEST_STREAM, Reply, StreamTransport, reply_key, stream_of
from edu_common.events.transport import SubscriberUnavailable
from edu_common.fault_injection.failpoints import KILLED
from edu_common.ids import new_id
from edu_common.redis_client import Redis
from edu_common.testing.keys import RING, tokens_of
from edu_common.testing.redis import RedisServer
from edu_sample.app import ReceiverSettings, SenderSettings, create_receiver

from .conftest import Launch, Put, Relaying, Serve, applied, new_event, undelivered, until_delivered

pytestmark = pytest.mark.parametrize("transport", ["redis"], indirect=True)

Receiver = Callable[..., ReceiverSettings]


@pytest_asyncio.fixture
async def redis(receiver_settings: Receiver) -> AsyncGenerator[Redis]:
    redis = Redis(receiver_settings())
    yield redis
    await redis.close()


@pytest.fixture
def as_sender(sender_settings: Callable[..., SenderSettings], redis: Redis) -> StreamTransport:
    settings = sender_settings()
    return StreamTransport(settings, redis, tokens_of(settings.service))


class TestDeath:
    @pytest.mark.parametrize("place", ["streams.after_read", "streams.before_reply", "streams.after_reply"])
    async def test_of_the_receiver(
        self,
        launch: Launch,
        serve: Serve,
        receiver_settings: Receiver,
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
        place: str,
    ) -> None:
        settings = receiver_settings()
        for number in range(5):
            await put(new_id(), number)
        process = launch("receiver", "serve", settings, FAILPOINT=place)
        async with relaying(settings):
            assert await asyncio.to_thread(process.wait, 60) == KILLED
            assert len(await applied(receiver_database)) == (0 if place == "streams.after_read" else 5)
            if place != "streams.after_reply":
                assert await undelivered(sender_database) == 5
            async with serve(create_receiver(settings)):
                await until_delivered(sender_database)
        assert sorted(row.number for row in await applied(receiver_database)) == [0, 1, 2, 3, 4]

    async def test_of_the_sender_after_the_batch_went_out(
        self,
        launch: Launch,
        serve: Serve,
        sender_settings: Callable[..., SenderSettings],
        receiver_settings: Receiver,
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
    ) -> None:
        settings = receiver_settings()
        for number in range(5):
            await put(new_id(), number)
        process = launch("sender", "serve", sender_settings(), FAILPOINT="streams.after_add")
        assert await asyncio.to_thread(process.wait, 60) == KILLED
        assert await undelivered(sender_database) == 5
        async with serve(create_receiver(settings)), relaying(settings):
            await until_delivered(sender_database)
        assert sorted(row.number for row in await applied(receiver_database)) == [0, 1, 2, 3, 4]


class TestDisaster:
    @pytest.mark.parametrize("disaster", ["kill", "freeze", "flush"])
    async def test_in_the_middle(
        self,
        serve: Serve,
        receiver_settings: Receiver,
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
        redis_server: RedisServer,
        disaster: str,
    ) -> None:
        """Twice, while events of a few aggregates are published and delivered."""
        settings = receiver_settings()
        subjects = [new_id() for _ in range(3)]
        async with serve(create_receiver(settings)), relaying(settings), relaying(settings):
            for number in range(60):
                for subject in subjects:
                    await put(subject, number)
                if number in (20, 40):
                    getattr(redis_server, disaster)()
                if number in (25, 45):
                    recover(redis_server, disaster)
            await until_delivered(sender_database)
        numbers = defaultdict[UUID, list[int]](list)
        for row in await applied(receiver_database):
            numbers[row.subject].append(row.number)
        assert numbers == {subject: list(range(60)) for subject in subjects}

    async def test_while_redis_is_gone_events_wait_in_the_outbox(
        self,
        serve: Serve,
        receiver_settings: Receiver,
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
        redis_server: RedisServer,
    ) -> None:
        settings = receiver_settings()
        redis_server.kill()
        async with serve(create_receiver(settings)) as client, relaying(settings):
            await put(new_id(), 1)
            assert (await client.get("/things")).status_code == 200
            assert await undelivered(sender_database) == 1
            redis_server.start()
            await until_delivered(sender_database)
        assert [row.number for row in await applied(receiver_database)] == [1]


def recover(server: RedisServer, disaster: str) -> None:
    if disaster == "kill":
        server.start()
    elif disaster == "freeze":
        server.thaw()


class TestReplicas:
    async def test_share_what_comes(
        self,
        serve: Serve,
        receiver_settings: Receiver,
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
        redis: Redis,
    ) -> None:
        async with AsyncExitStack() as stack:
            for _ in range(2):
                await stack.enter_async_context(serve(create_receiver(receiver_settings())))
            for number in range(50):
                await put(new_id(), number)
            await stack.enter_async_context(relaying(receiver_settings()))
            await until_delivered(sender_database)
        assert sorted(row.number for row in await applied(receiver_database)) == list(range(50))
        assert await redis.execute("XLEN", stream_of(redis, "enrollment")) == 0


class TestBounds:
    async def test_a_batch_that_nobody_takes_is_taken_back(self, as_sender: StreamTransport, redis: Redis) -> None:
        with pytest.raises(SubscriberUnavailable, match="TimeoutError"):
            await as_sender.send("enrollment", [new_event()])
        assert await redis.execute("XLEN", stream_of(redis, "enrollment")) == 0

    async def test_what_killed_senders_leave_does_not_add_up(self, as_sender: StreamTransport, redis: Redis) -> None:
        stream = stream_of(redis, "enrollment")
        for _ in range(LONGEST_STREAM + 20):
            await redis.execute("XADD", stream, "*", "batch", "left")
        sending = asyncio.create_task(as_sender.send("enrollment", [new_event()]))
        async with asyncio.timeout(60):
            while await redis.execute("XLEN", stream) > LONGEST_STREAM:  # noqa: ASYNC110 - Redis can only be asked
                await asyncio.sleep(0.01)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


class TestForgery:
    """An attacker has access to Redis, but no service's key."""

    @pytest.fixture
    def stranger(self) -> ServiceTokens:
        return tokens_of("payment", RING.rotated().rotated().rotated())

    @pytest.fixture
    def tokens(self) -> ServiceTokens:
        return tokens_of("payment")

    @pytest.mark.parametrize("forged", ["by a stranger", "other events", "other batch", "for another", "a token"])
    async def test_events_are_not_applied(
        self,
        serve: Serve,
        receiver_settings: Receiver,
        receiver_database: Database,
        redis: Redis,
        stranger: ServiceTokens,
        tokens: ServiceTokens,
        forged: str,
    ) -> None:
        content, honest = (EVENTS.dump_json([new_event(number=number)]) for number in (1, 2))
        seal = {
            "by a stranger": stranger.seal("enrollment", "batch", content),
            "other events": tokens.seal("enrollment", "batch", b"[]"),
            "other batch": tokens.seal("enrollment", "another", content),
            "for another": tokens.seal("course", "batch", content),
            "a token": tokens.issue("enrollment"),
        }[forged]
        stream = stream_of(redis, "enrollment")
        async with serve(create_receiver(receiver_settings())):
            await redis.execute("XADD", stream, "*", "batch", "batch", "seal", seal, "events", content)
            await redis.execute("XADD", stream, "*", "invalid", b"\xff")
            good = tokens.seal("enrollment", "good", honest)
            await redis.execute("XADD", stream, "*", "batch", "good", "seal", good, "events", honest)
            await redis.wait_for(redis.client.blpop([reply_key(redis, "good")], timeout=30), 30)
        assert [row.number for row in await applied(receiver_database)] == [2]
        assert await redis.execute("EXISTS", reply_key(redis, "batch")) == 0

    @pytest.mark.parametrize("forged", ["by a stranger", "by another", "of another batch", "nonsense"])
    async def test_an_answer_delivers_nothing(
        self,
        as_sender: StreamTransport,
        receiver_settings: Receiver,
        redis: Redis,
        stranger: ServiceTokens,
        tokens: ServiceTokens,
        forged: str,
    ) -> None:
        event = new_event()
        content = Reply(accepted=[event.id]).model_dump_json().encode()
        sending = asyncio.create_task(as_sender.send("enrollment", [event]))
        async with asyncio.timeout(60):
            while not (entries := await redis.execute("XRANGE", stream_of(redis, "enrollment"), "-", "+")):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        batch = entries[0][1][b"batch"].decode()
        seal = {
            "by a stranger": stranger.seal("payment", batch, content),
            "by another": tokens.seal("payment", batch, content),
            "of another batch": tokens_of("enrollment").seal("payment", "another", content),
            "nonsense": "nonsense",
        }[forged]
        await redis.execute("RPUSH", reply_key(redis, batch), seal.encode() + b"\n" + content)
        with pytest.raises(SubscriberUnavailable, match="Unauthenticated"):
            await sending


async def test_what_the_receiver_cannot_read_is_refused(
    serve: Serve, receiver_settings: Receiver, sender_settings: Callable[..., SenderSettings], redis: Redis
) -> None:
    settings = sender_settings()
    tokens = tokens_of(settings.service)
    content = b'[{"id": "1"}]'
    async with serve(create_receiver(receiver_settings())):
        fields = ("batch", "b", "seal", tokens.seal("enrollment", "b", content), "events", content)
        await redis.execute("XADD", stream_of(redis, "enrollment"), "*", *fields)
        _, answer = await redis.wait_for(redis.client.blpop([reply_key(redis, "b")], timeout=30), 30)
    seal, _, told = answer.partition(b"\n")
    assert tokens.unseal(seal, "b", told) == "enrollment"
    assert Reply.model_validate_json(told).refused.startswith("rejected: ")
