//! A PostgreSQL of its own that is reached by TCP and TLS, with certificates that the test makes.
use super::postgres::{as_postgres, is_root, quick_folder, run, text};
use clientele::{
    infra::db::{logins, migrations},
    routing::HANDLERS,
};
use diesel::{Connection, PgConnection, connection::SimpleConnection};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::{fs, net::TcpListener, path::PathBuf};

/// Stopped and removed with the value.
pub struct EncryptedCluster {
    home: PathBuf,
    pub port: u16,
}

/// Who signs certificates: `name.pem` in the cluster's folder is to be trusted.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

impl EncryptedCluster {
    /// Its certificate is of `name`; without TLS nobody gets in by TCP.
    pub fn start(name: &str) -> Self {
        let home = quick_folder().join(format!("clientele-tls-{}", std::process::id()));
        let data = home.join("data");
        fs::create_dir_all(&home).unwrap();
        if is_root() {
            run("chown", &["postgres", &text(&home)]);
        }
        as_postgres(
            "initdb",
            &["-D", &text(&data), "-A", "trust", "-U", "postgres", "--no-sync", "--locale=C.UTF-8"],
        );
        let (right, wrong, key) = (authority("right"), authority("wrong"), KeyPair::generate().unwrap());
        let certificate =
            CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &right).unwrap();
        for (file, content) in [
            (data.join("server.crt"), certificate.pem()),
            (data.join("server.key"), key.serialize_pem()),
            (data.join("pg_hba.conf"), "local all all trust\nhostssl all all 127.0.0.1/32 trust\n".into()),
            (home.join("right.pem"), right.pem()),
            (home.join("wrong.pem"), wrong.pem()),
        ] {
            fs::write(&file, content).unwrap();
        }
        run("chmod", &["600", &text(&data.join("server.key"))]);
        if is_root() {
            run("chown", &["postgres", &text(&data.join("server.key")), &text(&data.join("server.crt"))]);
        }
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let cluster = Self { home, port };
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={} -c ssl=on -c fsync=off -c shared_buffers=16MB",
            cluster.home.display()
        );
        as_postgres(
            "pg_ctl",
            &["-D", &text(&data), "-o", &options, "-l", &text(&cluster.home.join("log")), "-w", "start"],
        );
        cluster
    }

    /// The schema, with nothing in it; the owner of the tables, by the socket.
    pub fn migrate(&self) -> PgConnection {
        let mut superuser = PgConnection::establish(&self.local_url("postgres")).unwrap();
        logins::make(&mut superuser, "clientele_test").unwrap();
        superuser.batch_execute("ALTER DATABASE postgres OWNER TO clientele_test").unwrap();
        let mut owner = PgConnection::establish(&self.local_url("clientele_test")).unwrap();
        migrations::run(&mut owner, HANDLERS).unwrap();
        owner
    }

    /// By its socket, which is not encrypted.
    pub fn local_url(&self, user: &str) -> String {
        format!("host={} port={} user={user} dbname=postgres", self.home.display(), self.port)
    }

    /// By TCP, as this host, with these options about TLS. `{right}` and `{wrong}` are files of certificates.
    pub fn url(&self, host: &str, options: &str) -> String {
        let file = |name: &str| text(&self.home.join(name));
        let options = options.replace("{right}", &file("right.pem")).replace("{wrong}", &file("wrong.pem"));
        format!("postgres://clientele_app@{host}:{}/postgres?hostaddr=127.0.0.1&{options}", self.port)
    }
}

impl Drop for EncryptedCluster {
    fn drop(&mut self) {
        as_postgres("pg_ctl", &["-D", &text(&self.home.join("data")), "-m", "immediate", "stop"]);
        let _ = fs::remove_dir_all(&self.home);
    }
}
