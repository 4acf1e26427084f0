//! Looking up what the owner of a domain says in its TXT records.
use domain::{
    base::{Name, Rtype},
    rdata::Txt,
    resolv::{
        StubResolver,
        stub::conf::{ResolvConf, ServerConf, Transport},
    },
};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// A look-up ends after this, found or not: somebody waits for the page.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where TXT records are looked up.
#[derive(Clone, Debug)]
pub enum Dns {
    /// At this server, or at those that the machine is set up with.
    Network(Option<SocketAddr>),
    /// In a table: for tests.
    Table(Arc<Mutex<BTreeMap<String, Vec<String>>>>),
}

impl Dns {
    /// A table without records, for tests.
    pub fn in_memory() -> Self {
        Self::Table(Arc::default())
    }

    /// Sets the TXT records of a name in the table; does nothing elsewhere.
    pub fn set(&self, name: &str, texts: &[&str]) {
        if let Self::Table(table) = self {
            let texts = texts.iter().map(|text| (*text).to_owned()).collect();
            table.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), texts);
        }
    }

    /// The TXT records of a name, each put together from its pieces. Empty where there are none, or no server answers in time.
    pub async fn texts(&self, name: &str) -> Vec<String> {
        match self {
            Self::Table(table) => {
                table.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned().unwrap_or_default()
            }
            Self::Network(server) => match tokio::time::timeout(PATIENCE, look_up(*server, name)).await {
                Ok(Ok(texts)) => texts,
                Ok(Err(error)) => {
                    tracing::info!(%error, name, "no TXT records");
                    vec![]
                }
                Err(_) => {
                    tracing::warn!(name, "no name server answers in time");
                    vec![]
                }
            },
        }
    }
}

/// Asks anew each time: whoever has just set a record does not want the answer of before.
async fn look_up(server: Option<SocketAddr>, name: &str) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let resolver = match server {
        None => StubResolver::new(),
        Some(at) => {
            let mut config = ResolvConf::new();
            config.servers.push(ServerConf::new(at, Transport::UdpTcp));
            config.finalize();
            StubResolver::from_conf(config)
        }
    };
    let name = Name::vec_from_str(name)?;
    let answer = resolver.query((name, Rtype::TXT)).await?;
    let mut texts = vec![];
    for record in answer.answer()?.limit_to_in::<Txt<_>>() {
        let pieces: Vec<u8> = record?.data().iter().flatten().copied().collect();
        texts.push(String::from_utf8_lossy(&pieces).into_owned());
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;

    /// A name server that answers one question with one TXT record, in two pieces.
    fn server() -> SocketAddr {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        let at = socket.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut request = [0; 512];
            let (length, from) = socket.recv_from(&mut request).unwrap();
            // The question stands behind the head; what the client adds behind it is left out.
            let name = 12 + request[12..length].iter().position(|byte| *byte == 0).unwrap() + 1;
            let mut answer = request[..name + 4].to_vec();
            answer[2..12].copy_from_slice(&[0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
            answer
                .extend([0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 8, 3, b'a', b'b', b'c', 3, b'd', b'e', b'f']);
            socket.send_to(&answer, from).unwrap();
        });
        at
    }

    #[actix_web::test]
    async fn the_pieces_of_a_record_are_one_text() {
        assert_eq!(Dns::Network(Some(server())).texts("_clientele.northwind.test").await, ["abcdef"]);
    }

    #[actix_web::test]
    async fn what_is_no_name_has_no_records() {
        let dns = Dns::Network(Some(([127, 0, 0, 1], 9).into()));
        assert!(dns.texts("a..b").await.is_empty());
        assert!(Dns::in_memory().texts("northwind.test").await.is_empty());
    }
}
