//! TLS to PostgreSQL for the listener, with the meaning that libpq gives to `sslmode`.
use super::address::{Mode, Tls};
use anyhow::Context;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    server::ParsedCertificate,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_postgres_rustls::MakeRustlsConnect;

/// What connections are encrypted by. Files are read anew each time: certificates are renewed while a server runs.
pub fn connector(tls: &Tls) -> anyhow::Result<MakeRustlsConnect> {
    let provider = Arc::new(ring::default_provider());
    let certificates = trusted(tls)?;
    let chain = match certificates.is_empty() {
        true => None,
        false => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(certificates.iter().cloned());
            Some(
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
                    .build()
                    .context("sslrootcert")?,
            )
        }
    };
    let verifier = Verifier {
        chain,
        trusted: certificates,
        names: tls.mode == Mode::VerifyFull,
        provider: provider.clone(),
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let own =
        (file(tls.certificate.as_deref(), "postgresql.crt"), file(tls.key.as_deref(), "postgresql.key"));
    let config = match own {
        (Some(certificate), Some(key)) => {
            let key =
                PrivateKeyDer::from_pem_file(&key).with_context(|| format!("sslkey: {}", key.display()))?;
            config
                .with_client_auth_cert(certificates_of(&certificate).context("sslcert")?, key)
                .context("sslcert")?
        }
        _ => config.with_no_client_auth(),
    };
    Ok(MakeRustlsConnect::new(config))
}

/// The certificates that a server's has to lead to; none: any will do.
fn trusted(tls: &Tls) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let is_checked = matches!(tls.mode, Mode::VerifyCa | Mode::VerifyFull);
    if tls.root.as_deref() != Some("system")
        && let Some(path) = file(tls.root.as_deref(), "root.crt").filter(|path| is_checked || path.exists())
    {
        return certificates_of(&path).context("sslrootcert");
    }
    if !is_checked {
        return Ok(vec![]);
    }
    let found = rustls_native_certs::load_native_certs().certs;
    anyhow::ensure!(
        !found.is_empty(),
        "sslrootcert: the system has no certificates to check the server's with"
    );
    Ok(found)
}

/// The file that is named, else the one where libpq looks, if it is there.
fn file(named: Option<&str>, usual: &str) -> Option<PathBuf> {
    named.map(PathBuf::from).or_else(|| {
        let usual = Path::new(&std::env::var_os("HOME")?).join(".postgresql").join(usual);
        usual.exists().then_some(usual)
    })
}

fn certificates_of(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let found = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| path.display().to_string())?;
    anyhow::ensure!(!found.is_empty(), "{} holds no certificate", path.display());
    Ok(found)
}

/// Asks of a certificate what `sslmode` says: nothing, that it leads to one that is trusted, or also that it names the server.
#[derive(Debug)]
struct Verifier {
    chain: Option<Arc<WebPkiServerVerifier>>,
    trusted: Vec<CertificateDer<'static>>,
    names: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        if self.trusted.contains(end) {
            // A server that signed its own, as PostgreSQL's manual makes it: the checker below takes none that may sign others.
            if self.names {
                verify_server_name(&ParsedCertificate::try_from(end)?, name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        match chain.verify_server_cert(end, intermediates, name, ocsp, now) {
            // The name is looked at last, when all else was found right.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.names => Ok(ServerCertVerified::assertion()),
            outcome => outcome,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
