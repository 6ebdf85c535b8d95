//! The least HTTP client, so that tests see the bytes.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// A header by its lower-case name; empty where it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Opens a connection that gives up after a while.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    try_connect(address).unwrap()
}

fn try_connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    Ok(stream)
}

/// Sends one request on a connection of its own. `headers` are lines that end in `\r\n`.
pub(crate) fn ask(address: SocketAddr, line: &str, headers: &str, body: &[u8]) -> Answer {
    let mut stream = connect(address);
    send(&mut stream, line, headers, body).unwrap();
    read(stream)
}

/// The same to a service that may be killed meanwhile: `None` where no whole answer came.
pub(crate) fn ask_mortal(
    address: SocketAddr,
    line: &str,
    headers: &str,
    body: &[u8],
) -> Option<Answer> {
    let mut stream = try_connect(address).ok()?;
    send(&mut stream, line, headers, body).ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let answer = answer_of(&bytes)?;
    let length = answer.header("content-length");
    let is_whole = length.is_empty() || length.parse() == Ok(answer.bytes.len());
    is_whole.then_some(answer)
}

fn send(stream: &mut TcpStream, line: &str, headers: &str, body: &[u8]) -> io::Result<()> {
    let length =
        if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let head =
        format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}{length}\r\n");
    stream.write_all(head.as_bytes())?;
    // A server that refuses a body may stop reading it.
    let _refused = stream.write_all(body);
    Ok(())
}

pub(crate) fn get(address: SocketAddr, target: &str) -> Answer {
    ask(address, &format!("GET {target}"), "", b"")
}

pub(crate) fn post(address: SocketAddr, target: &str, body: &str) -> Answer {
    let headers = "content-type: application/json\r\n";
    ask(address, &format!("POST {target}"), headers, body.as_bytes())
}

/// Reads to the end of the connection.
pub(crate) fn read(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    answer_of(&bytes).unwrap_or_else(|| panic!("no head: {}", String::from_utf8_lossy(&bytes)))
}

/// What came on a connection as an answer; none without a whole head.
fn answer_of(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(key, value)| (key.to_lowercase(), value.to_owned()))
        .collect();
    let mut bytes = bytes[end + 4..].to_vec();
    if headers.contains(&("transfer-encoding".to_owned(), "chunked".to_owned())) {
        bytes = whole(&bytes);
    }
    Some(Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes })
}

/// The body of chunks; a body that broke off has no last one.
fn whole(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = chunks.windows(2).position(|window| window == b"\r\n").unwrap();
        let length = std::str::from_utf8(&chunks[..end]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            return body;
        }
        body.extend(&chunks[end + 2..end + 2 + length]);
        chunks = &chunks[end + 4 + length..];
    }
}
