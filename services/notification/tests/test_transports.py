"""How mails are sent, to a real folder and to a server that speaks SMTP."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from ipaddress import ip_address
from pathlib import Path

import aiosmtplib
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr, ValidationError

from edu_common.testing.keys import secret_settings
from edu_notification.mail.composer import Undeliverable
from edu_notification.mail.transports import FolderTransport, SmtpTransport
from edu_notification.settings import NotificationSettings


def letter(text: str = "Привет\n.\nend") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = "<1@example.com>"
    message["From"] = "EduPlatform <no-reply@example.com>"
    message["To"] = "ada@example.com"
    message["Subject"] = "Добро пожаловать"
    message.set_content(text)
    return message


def self_signed(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Return a self-signed certificate for 127.0.0.1, and a server's TLS context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    certificate = (
        builder.not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path, key_path = folder / "relay.pem", folder / "relay.key"
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(path, key_path)
    return path, tls


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


class SmtpServer:
    """Speaks as much SMTP as a client needs; `answers` replace the usual reply to a command."""

    def __init__(self, answers: dict[str, str] | None = None) -> None:
        self._answers = {"EHLO": "250 here", "DATA": "354 go on", "QUIT": "221 bye"} | (answers or {})
        self.received: list[bytes] = []
        self.connections: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[SmtpTransport]:
        async with self.listening() as port:
            transport = SmtpTransport(SecretStr(f"smtp://127.0.0.1:{port}"))
            yield transport
            await transport.close()

    @asynccontextmanager
    async def listening(self, tls: ssl.SSLContext | None = None) -> AsyncGenerator[int]:
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls) as server:
            yield server.sockets[0].getsockname()[1]
            self.close_connection()

    def close_connection(self) -> None:
        for connection in self.connections:
            connection.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            command = line[:4].decode().upper()
            answer = self._answers.get(command, "250 fine")
            writer.write(answer.encode() + b"\r\n")
            if command == "DATA" and answer.startswith("354"):
                self.received.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(self._answers.get("TEXT", "250 taken").encode() + b"\r\n")
        writer.close()


class TestFolder:
    async def test_a_mail_is_a_file_that_a_mail_program_reads(self, tmp_path: Path) -> None:
        await FolderTransport(tmp_path / "not" / "there").send(letter())
        (file,) = files(tmp_path / "not" / "there")
        assert file.name == "1@example.com.eml"
        read = message_from_bytes(file.read_bytes(), policy=default)
        assert read["Subject"] == "Добро пожаловать"
        assert read.get_content().splitlines() == ["Привет", ".", "end"]

    async def test_a_mail_sent_again_replaces_itself(self, tmp_path: Path) -> None:
        transport = FolderTransport(tmp_path)
        await asyncio.gather(*(transport.send(letter(f"try {i}")) for i in range(5)))
        assert [file.name for file in files(tmp_path)] == ["1@example.com.eml"]

    async def test_an_unwritable_folder_is_no_reason_to_give_up(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(FileExistsError):
            await FolderTransport(tmp_path / "file").send(letter())


class TestSmtp:
    async def test_a_mail_arrives(self) -> None:
        server = SmtpServer()
        async with server.serving() as transport:
            await transport.send(letter())
        (text,) = server.received
        assert message_from_bytes(text, policy=default)["Subject"] == "Добро пожаловать"

    async def test_mails_share_connections(self) -> None:
        server = SmtpServer()
        async with server.serving() as transport:
            for _ in range(3):
                await asyncio.gather(*(transport.send(letter()) for _ in range(5)))
            assert (len(server.received), len(server.connections)) == (15, 5)

    async def test_a_connection_that_the_relay_ended_is_made_again(self) -> None:
        server = SmtpServer()
        async with server.serving() as transport:
            await transport.send(letter())
            server.close_connection()
            await transport.send(letter())
            assert (len(server.received), len(server.connections)) == (2, 2)

    async def test_a_connection_outlives_a_rejected_mail(self) -> None:
        server = SmtpServer({"RCPT": "550 no such mailbox"})
        async with server.serving() as transport:
            for _ in range(3):
                with pytest.raises(Undeliverable):
                    await transport.send(letter())
            assert len(server.connections) == 1

    async def test_a_relay_with_a_certificate_of_its_own(self, tmp_path: Path) -> None:
        certificate, tls = self_signed(tmp_path)
        server = SmtpServer()
        async with server.listening(tls) as port:
            url = SecretStr(f"smtps://127.0.0.1:{port}")
            with pytest.raises(aiosmtplib.SMTPException, match="CERTIFICATE_VERIFY_FAILED"):
                await SmtpTransport(url).send(letter())
            trusting = SmtpTransport(url, certificate)
            await trusting.send(letter())
            await trusting.close()
        assert len(server.received) == 1

    @pytest.mark.parametrize("answers", [{"RCPT": "550 no such mailbox"}, {"TEXT": "554 refused"}])
    async def test_refused_for_good(self, answers: dict[str, str]) -> None:
        async with SmtpServer(answers).serving() as transport:
            with pytest.raises(Undeliverable):
                await transport.send(letter())

    @pytest.mark.parametrize(
        "answers",
        [
            {"RCPT": "450 greylisted"},
            {"TEXT": "451 later"},
            {"MAIL": "550 unknown sender"},
            {"EHLO": "421 closing"},
        ],
    )
    async def test_refused_for_now(self, answers: dict[str, str]) -> None:
        async with SmtpServer(answers).serving() as transport:
            with pytest.raises(aiosmtplib.SMTPException):
                await transport.send(letter())

    async def test_nobody_there(self) -> None:
        with pytest.raises(aiosmtplib.SMTPException):
            await SmtpTransport(SecretStr("smtp://127.0.0.1:1")).send(letter())


SENDER_REMEDY = r"mail_from\s+Value error, must look like EduPlatform <no-reply@example\.com>"


class TestSettings:
    @pytest.mark.parametrize(
        ("faulty", "named"),
        [
            ({"mail_transport": "smtp"}, "SMTP_URL"),
            ({"mail_transport": "pigeon"}, "mail_transport"),
            ({"smtp_url": "http://relay"}, "smtp_url"),
            ({"smtp_url": "smtp://"}, "smtp_url"),
            ({"smtp_ca_file": "/not/there"}, "smtp_ca_file"),
            ({"smtp_ca_file": __file__}, "no certificates in PEM"),
            ({"mail_from": "nobody"}, SENDER_REMEDY),
            ({"mail_from": ""}, SENDER_REMEDY),
            ({"mail_from": "Nobody <nobody@>"}, SENDER_REMEDY),
        ],
    )
    def test_faults_are_named(self, faulty: dict[str, str], named: str) -> None:
        with pytest.raises(ValidationError, match=named):
            NotificationSettings.model_validate(
                {"database_url": "postgresql+asyncpg://x", **secret_settings("notification"), **faulty}
            )
