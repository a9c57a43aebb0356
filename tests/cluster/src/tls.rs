//! Connections of TLS to a port, byte by byte.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
};

/// A connection that blocks.
pub type Stream = StreamOwned<ClientConnection, TcpStream>;

/// Connects to a port of the loopback address, trusting an authority in PEM.
///
/// A read that takes longer than `patience` fails.
///
/// # Errors
///
/// If the port is closed, or the handshake fails.
///
/// # Panics
///
/// If the authority is not PEM.
pub fn connect(
    port: u16,
    authority: &str,
    version: &'static SupportedProtocolVersion,
    patience: Duration,
) -> io::Result<Stream> {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(authority.as_bytes()).expect("a certificate");
    roots.add(root).expect("a certificate of an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .expect("a version")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    let socket = TcpStream::connect(("127.0.0.1", port))?;
    socket.set_read_timeout(Some(patience))?;
    let mut stream = StreamOwned::new(connection, socket);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}
