"""Where a collector may live, and whose certificate is believed."""

import datetime
import ssl

import pytest

from sync.carriers.client import Endpoint
from sync.errors import CarrierFault


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for 127.0.0.1 and its key, as PEM files."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "collector")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(built.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


class TestTls:
    def test_a_certificate_nobody_vouches_for(
        self, terminal_database, fill, store, serve_store, send, certificate
    ):
        fill(1)
        url = serve_store(store, certificate=certificate[0], private_key=certificate[1])
        report = send(url)
        assert report.stopped.code == "carrier.tls"
        assert report.stopped.params["reason"] == "CERTIFICATE_VERIFY_FAILED"
        assert send.waits == []  # trying again would not make it true
        trusting = ssl.create_default_context(cafile=str(certificate[0]))
        assert send(url, tls=trusting).count("receipted") == 1

    def test_a_server_that_does_not_speak_tls(self, fill, scripted_server, send):
        fill(1)
        report = send(scripted_server(lambda *_: (200, {}, b"{}")).replace("http:", "https:"))
        assert report.stopped.code == "carrier.tls"


@pytest.mark.parametrize(
    "url",
    ["", "collector.example", "ftp://x/", "http://", "http://user:pw@x/", "http://x/?q", "http://x/#f", "http://x:port/", "http://x/a b", "http://x/a\nb",
     "http://x:99999/", "http://é.example/"],
)  # fmt: skip
def test_addresses_that_are_none(url):
    with pytest.raises(CarrierFault, match=r"^carrier\.url"):
        Endpoint.parse(url)


def test_addresses():
    assert Endpoint.parse("https://c.example/base/") == Endpoint(True, "c.example", 443, "/base")
    assert Endpoint.parse(" http://[::1]:8080 ") == Endpoint(False, "::1", 8080, "")
