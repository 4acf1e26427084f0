//! Figures for whatever watches the installation, as Prometheus reads them, on an address of their own: they are nobody's business else.
use crate::infra::{
    db::{Db, timing::Timing},
    jobs,
    web::known_sessions::Relied,
};
use actix_web::{
    App, Error, HttpMessage, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
    web::{self, Data, get},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{io, net::SocketAddr, sync::Arc, time::Instant};

/// Bounds of the buckets of durations, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Begins to count, and serves `/metrics` on `listen` for as long as the process lives; returns the address (a port 0 is any). Fails
/// where the address is taken.
pub fn start(listen: SocketAddr, db: Db) -> io::Result<SocketAddr> {
    let handle = PrometheusBuilder::new()
        .set_buckets(&SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(io::Error::other)?;
    let listener = std::net::TcpListener::bind(listen)?;
    let address = listener.local_addr()?;
    std::thread::Builder::new().name("metrics".into()).spawn(move || {
        let served = actix_web::rt::System::new().block_on(async move {
            let build = move || {
                App::new()
                    .app_data(Data::new(handle.clone()))
                    .app_data(Data::new(db.clone()))
                    .route("/metrics", get().to(show))
            };
            HttpServer::new(build).workers(1).disable_signals().listen(listener)?.run().await
        });
        if let Err(error) = served {
            tracing::error!(%error, "the metrics are not served any more");
        }
    })?;
    Ok(address)
}

async fn show(handle: Data<PrometheusHandle>, db: Data<Db>) -> HttpResponse {
    let db = db.get_ref().clone();
    match web::block(move || jobs::counts(&db)).await {
        Ok(Ok(counts)) => {
            // What is not there any more must not stand at its last number.
            for state in ["queued", "running", "dead", "discarded"] {
                let all: i64 =
                    counts.iter().filter(|count| count.state == state).map(|count| count.number).sum();
                metrics::gauge!("clientele_tasks", "state" => state).set(all as f64);
            }
        }
        _ => tracing::warn!("tasks could not be counted"),
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(handle.render())
}

/// The methods that have figures of their own.
static METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::DELETE, Method::PUT, Method::PATCH, Method::OPTIONS];

fn label(method: &Method) -> &'static str {
    METHODS.iter().find(|known| *known == method).map_or("other", Method::as_str)
}

/// Middleware: counts requests and how long they took, by route and status (kept since [`start`]), and tells whoever is signed in what this
/// one's time went to.
pub async fn measure(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let begun = Instant::now();
    // What clients make up must not become a label: each is kept for as long as the server runs.
    let method = label(req.method());
    let timing = Arc::new(Timing::default());
    let mut answer = timing.clone().measure(next.call(req)).await?;
    // Strangers learn nothing of what their request took.
    if answer.request().extensions().contains::<Relied>()
        && let Ok(value) = HeaderValue::from_str(&timing.header(begun.elapsed()))
    {
        answer.headers_mut().insert(HeaderName::from_static("server-timing"), value);
    }
    let route = answer.request().match_pattern().unwrap_or_else(|| "other".into());
    let status = answer.status().as_str().to_owned();
    let labels = [("method", method.to_owned()), ("route", route), ("status", status)];
    metrics::histogram!("clientele_request_seconds", &labels).record(begun.elapsed().as_secs_f64());
    Ok(answer)
}

/// Counts tasks that ended one way or another, and how long they took together.
pub fn tasks_ended(handler: &'static str, outcome: &'static str, many: usize, begun: Instant) {
    metrics::counter!("clientele_tasks_ended_total", "handler" => handler, "outcome" => outcome)
        .increment(many as u64);
    metrics::histogram!("clientele_task_seconds", "handler" => handler).record(begun.elapsed().as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_methods_share_a_label() {
        assert_eq!((label(&Method::GET), label(&Method::TRACE)), ("GET", "other"));
        assert_eq!(label(&"M17".parse().unwrap()), "other");
    }
}
