//! Where a request comes from and which host it asks for: the one place that reads either. What a client says of itself is never
//! taken for a fact, so that limits, logs, the list of sessions and mails name an address that was really seen.
use crate::infra::web::app::Settings;
use actix_web::{
    HttpRequest,
    http::header::{HOST, HeaderName, HeaderValue},
    web::Data,
};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// The proxies between clients and this server.
#[derive(Clone, Debug, PartialEq)]
pub struct Proxies {
    /// `CLIENTELE_PROXY_HEADER`: the header to which each proxy adds the address that it was called from.
    pub header: HeaderName,
    /// `CLIENTELE_PROXIES`: how many there are; 0: the header is not looked at.
    pub number: usize,
}

impl Proxies {
    /// Clients reach the server directly.
    pub fn none() -> Self {
        Self { header: HeaderName::from_static("x-forwarded-for"), number: 0 }
    }
}

/// The network address of a client, as the outermost proxy that we trust saw it, else as this server did. Always an address: a text of
/// the client's can't become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address(IpAddr);

impl Address {
    /// The header is read from the right, an entry per proxy. Where it holds fewer entries, or one of them is no address, the request
    /// did not come the configured way, and counts as coming from whoever is connected.
    pub fn of(req: &HttpRequest) -> Self {
        let proxies = req.app_data::<Data<Settings>>().map(|settings| &settings.proxies);
        Self(proxies.and_then(|proxies| forwarded(req, proxies)).unwrap_or_else(|| peer(req)).to_canonical())
    }

    /// Whether anybody is connected at all: the isolation check calls the application itself.
    pub fn is_known(self) -> bool {
        !self.0.is_unspecified()
    }

    /// What limits count it as: an IPv4 address as it is; of an IPv6 address the network (/64), as that is what one subscriber gets,
    /// and its addresses are changed at will.
    pub fn counted_as(self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let network = Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX));
                format!("{network}/64")
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Address {
    type Err = std::net::AddrParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<IpAddr>().map(|address| Self(address.to_canonical()))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place")]
fn peer(req: &HttpRequest) -> IpAddr {
    req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip())
}

fn forwarded(req: &HttpRequest, proxies: &Proxies) -> Option<IpAddr> {
    if proxies.number == 0 {
        return None;
    }
    // A header that is sent twice is one list (RFC 9110, 5.3).
    let lines: Vec<&[u8]> = req.headers().get_all(&proxies.header).map(HeaderValue::as_bytes).collect();
    let list = lines.join(&b","[..]);
    let entries: Vec<&[u8]> = list.rsplit(|byte| *byte == b',').take(proxies.number).collect();
    let seen: Option<Vec<IpAddr>> = entries
        .iter()
        .map(|entry| entry_address(std::str::from_utf8(entry).ok()?, proxies.header == "forwarded"))
        .collect();
    seen.filter(|seen| seen.len() == proxies.number)?.last().copied()
}

/// `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::7`, `[2001:db8::7]:4711`; in `Forwarded` (RFC 7239) that of `for=`.
fn entry_address(entry: &str, is_rfc_7239: bool) -> Option<IpAddr> {
    let text = if is_rfc_7239 {
        let pairs = entry.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("for"))?.1.trim_matches('"')
    } else {
        entry.trim()
    };
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(with_port) = text.parse::<std::net::SocketAddr>() {
        return Some(with_port.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

/// The host and port that the request itself names (`Host`, or `:authority` of HTTP/2), as written; nothing where that is no host.
pub fn authority(req: &HttpRequest) -> Option<actix_web::http::uri::Authority> {
    let named = match req.headers().get(HOST) {
        Some(host) => host.to_str().ok()?.to_owned(),
        None => req.uri().authority()?.as_str().to_owned(),
    };
    named.parse().ok().filter(|authority: &actix_web::http::uri::Authority| !authority.as_str().contains('@'))
}

/// The host without its port, in lower case: at most 253 characters (RFC 1035), else nothing.
pub fn host(req: &HttpRequest) -> String {
    let host = authority(req).map(|authority| authority.host().to_lowercase()).unwrap_or_default();
    if host.len() > 253 { String::new() } else { host }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    fn behind(number: usize, header: &'static str, lines: &[&str]) -> Option<String> {
        let mut request = TestRequest::default();
        for line in lines {
            request = request.append_header((header, *line));
        }
        let proxies = Proxies { header: HeaderName::from_static(header), number };
        forwarded(&request.to_http_request(), &proxies).map(|address| address.to_string())
    }

    #[test]
    fn the_header_is_read_from_the_right_past_as_many_proxies_as_there_are() {
        let x = "x-forwarded-for";
        for (number, lines, right) in [
            (0, &["1.2.3.4"][..], None),
            (1, &["66.6.6.1, 1.2.3.4"], Some("1.2.3.4")),
            (2, &["66.6.6.1, 1.2.3.4,10.0.0.1"], Some("1.2.3.4")),
            (2, &["66.6.6.1", "1.2.3.4", "10.0.0.1"], Some("1.2.3.4")),
            (1, &["1.2.3.4:4711"], Some("1.2.3.4")),
            (1, &["[2001:db8::7]:4711"], Some("2001:db8::7")),
            (1, &["[2001:db8::7]"], Some("2001:db8::7")),
            (1, &["2001:db8::7"], Some("2001:db8::7")),
            (1, &["1.2.3.4, Reset here"], None),
            (2, &["1.2.3.4"], None),
            (2, &["1.2.3.4, Reset here, 10.0.0.1"], None),
            (1, &[""], None),
            (1, &[], None),
        ] {
            assert_eq!(behind(number, x, lines).as_deref(), right, "{number} {lines:?}");
        }
        let forwarded = "for=77.7.7.1, proto=https;For=\"[2001:db8::7]:4711\";host=x";
        assert_eq!(behind(1, "forwarded", &[forwarded]).as_deref(), Some("2001:db8::7"));
        assert_eq!(behind(1, "x-real-ip", &["9".repeat(400).as_str()]), None);
    }

    #[test]
    fn an_address_counts_as_what_one_subscriber_has() {
        for (address, counted) in [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(address.parse::<Address>().unwrap().counted_as(), counted);
        }
    }

    #[test]
    fn the_host_is_that_of_the_request_itself() {
        for (named, host) in [
            ("Portal.Acme.test:8080", "portal.acme.test"),
            ("[2001:db8::7]:8080", "[2001:db8::7]"),
            ("a b", ""),
            ("x@portal.acme.test", ""),
        ] {
            let request = TestRequest::default()
                .insert_header((HOST, named))
                .insert_header(("x-forwarded-host", "bank.test"))
                .insert_header(("forwarded", "host=bank.test"))
                .to_http_request();
            assert_eq!(super::host(&request), host, "{named}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_counted_as_a_short_key(text in "[ -~]{0,400}") {
            let request = TestRequest::default().insert_header(("x-forwarded-for", text)).to_http_request();
            prop_assert!(Address::of(&request).counted_as().len() <= 43);
        }
    }
}
