//! The HTTP service: paths, limits and deadlines of requests.

mod pace;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use ferrego_gatekeeper::exemption::ExemptNamespaces;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Buf, Bytes, Frame};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;
#[cfg(feature = "traces")]
use tracing::Instrument as _;

use crate::admission::{Admission, Answer};
use crate::config::{Config, DEFAULT_TIMEOUT};
use crate::metrics::Metrics;
use crate::policies::Policies;
use crate::readiness::Readiness;
#[cfg(feature = "traces")]
use crate::traces;
use pace::Pace;

/// The time that an evaluation may take on a thread that serves other requests too. One that takes
/// longer is stopped and begins again on a thread of its own.
const INLINE_TIME: Duration = Duration::from_millis(2);

/// The bytes of all bodies that are held at the same time, at least. A client that sends its body
/// slowly holds what it has sent, and no more.
const BUFFER: usize = 256 << 20;

/// The part of the time that the API server grants which is left for the way of the answer.
const RESERVE: u32 = 10;

/// The service of the webhook: answers `AdmissionReview`s that are posted to `/v1/admit` and
/// `/v1/admitlabel`. It is a `tower` service, for programs with a server of their own.
///
/// ```
/// use std::sync::Arc;
///
/// use ferrego_gatekeeper::PolicySet;
/// use ferrego_webhook::{AdmissionService, Config, Metrics, Policies, State};
///
/// let policies = Policies::new(State::new(PolicySet::builder().build()));
/// let metrics = Arc::new(Metrics::new()?);
/// let service = AdmissionService::new(policies, &Config::new("tls.crt", "tls.key"), metrics);
/// # let _ = service;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct AdmissionService {
    shared: Arc<Shared>,
}

struct Shared {
    admission: Admission,
    metrics: Arc<Metrics>,
    readiness: Readiness,
    timeout: Duration,
    max_body: usize,
    /// A permit for each byte of the bodies.
    buffer: Arc<Semaphore>,
    /// A permit for each request that is judged.
    requests: Arc<Semaphore>,
    pace: Pace,
}

/// The endpoints of the webhook, as in Gatekeeper.
#[derive(Clone, Copy)]
enum Endpoint {
    Admit,
    AdmitLabel,
}

/// The answer to a request that the service does not judge.
struct Refusal {
    status: StatusCode,
    /// The reason in metrics.
    reason: &'static str,
    message: String,
}

impl AdmissionService {
    /// Creates a service. Of `config`, it uses the settings of answers, the limits of requests, and
    /// not those of the server.
    pub fn new(policies: Policies, config: &Config, metrics: Arc<Metrics>) -> Self {
        Self::waiting(policies, config, metrics, Readiness::default())
    }

    /// Creates a service that judges no request before its policies and its inventory are ready.
    pub(crate) fn waiting(
        policies: Policies,
        config: &Config,
        metrics: Arc<Metrics>,
        readiness: Readiness,
    ) -> Self {
        let admission = Admission {
            policies,
            on_error: config.on_error,
            may_ignore: ExemptNamespaces::new(&config.exempt_namespaces),
            log_denies: config.log_denies,
        };
        let shared = Shared {
            admission,
            metrics,
            readiness,
            timeout: config.timeout,
            max_body: config.max_body,
            // A single body always fits.
            buffer: semaphore(BUFFER.max(config.max_body)),
            requests: semaphore(config.max_requests),
            pace: Pace::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Answers the text of one review without a server, with an `AdmissionReview` as text.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use ferrego_gatekeeper::PolicySet;
    /// # use ferrego_webhook::{AdmissionService, Config, Metrics, Policies, State};
    /// # let policies = Policies::new(State::new(PolicySet::builder().build()));
    /// # let metrics = Arc::new(Metrics::new()?);
    /// let service = AdmissionService::new(policies, &Config::new("tls.crt", "tls.key"), metrics);
    /// let review = br#"{
    ///     "apiVersion": "admission.k8s.io/v1",
    ///     "kind": "AdmissionReview",
    ///     "request": {"uid": "7", "object": {"apiVersion": "v1", "kind": "Pod"}}
    /// }"#;
    /// assert!(service.answer(review).contains(r#""allowed":true"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn answer(&self, review: &[u8]) -> String {
        let Shared { admission, metrics, timeout, .. } = &*self.shared;
        admission.admit(review, deadline(Instant::now(), *timeout), metrics).body
    }
}

impl std::fmt::Debug for AdmissionService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AdmissionService").finish_non_exhaustive()
    }
}

impl<B> tower_service::Service<Request<B>> for AdmissionService
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        #[cfg(feature = "traces")]
        let span = traces::span(request.headers());
        let respond = async move {
            let response = match answer(&shared, request).await {
                Ok(answer) => json_response(answer.body),
                Err(refusal) => {
                    shared.metrics.refused(refusal.reason);
                    #[cfg(feature = "traces")]
                    traces::record_refusal(refusal.reason);
                    text_response(refusal.status, refusal.message)
                }
            };
            Ok(response)
        };
        #[cfg(feature = "traces")]
        let respond = respond.instrument(span);
        Box::pin(respond)
    }
}

async fn answer<B>(shared: &Arc<Shared>, request: Request<B>) -> Result<Answer, Refusal>
where
    B: Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let start = Instant::now();
    let endpoint = endpoint(&request)?;
    if !shared.readiness.is_loaded() {
        return Err(Refusal::unready());
    }
    let granted = request.uri().query().and_then(granted);
    let time = granted.map_or(shared.timeout, |granted| granted.min(shared.timeout));
    let deadline = deadline(start, time);
    let in_time = tokio::time::Instant::from_std(deadline);
    let body = timeout_at(in_time, shared.body(request.into_body())).await;
    let (body, held) = body.unwrap_or_else(|_| Err(Refusal::slow(time)))?;
    // Only then, since slow clients would keep the permits from others.
    let permit = timeout_at(in_time, Arc::clone(&shared.requests).acquire_owned()).await;
    let Ok(Ok(permit)) = permit else { return Err(Refusal::busy()) };
    let answer = match endpoint {
        Endpoint::AdmitLabel => return Ok(shared.admission.admit_label(&body)),
        Endpoint::Admit => admit(shared, body, deadline, (held, permit)).await?,
    };
    shared.metrics.request(answer.outcome, answer.is_dry_run, start.elapsed());
    Ok(answer)
}

/// Answers a review here, or on a thread of its own if this takes long or is likely to.
///
/// `permits` are held until the answer is there, even if the client is gone before.
async fn admit(
    shared: &Arc<Shared>,
    body: Bytes,
    deadline: Instant,
    permits: impl Send + 'static,
) -> Result<Answer, Refusal> {
    if shared.pace.is_quick() {
        let start = Instant::now();
        let soon = deadline.min(start + INLINE_TIME);
        let answer = shared.admission.try_admit(&body, soon, &shared.metrics);
        shared.pace.add(start.elapsed());
        if let Some(answer) = answer {
            return Ok(answer);
        }
    }
    let own = Arc::clone(shared);
    #[cfg(feature = "traces")]
    let span = tracing::Span::current();
    let work = move || {
        let _permits = permits;
        #[cfg(feature = "traces")]
        let _entered = span.enter();
        let start = Instant::now();
        let answer = own.admission.admit(&body, deadline, &own.metrics);
        own.pace.add(start.elapsed());
        answer
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Refusal::stopped())
}

/// Returns the time at which a review that begins at `start` must be answered. A time beyond the range
/// of the clock is one that no review needs.
fn deadline(start: Instant, time: Duration) -> Instant {
    start.checked_add(time).unwrap_or_else(|| start + DEFAULT_TIMEOUT)
}

fn semaphore(permits: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)))
}

/// Returns the endpoint that a request is for.
fn endpoint<B>(request: &Request<B>) -> Result<Endpoint, Refusal> {
    let endpoint = match request.uri().path() {
        "/v1/admit" => Endpoint::Admit,
        "/v1/admitlabel" => Endpoint::AdmitLabel,
        path => {
            let message = format!(
                "expected the path /v1/admit or /v1/admitlabel, found {}",
                path.escape_debug()
            );
            return Err(Refusal { status: StatusCode::NOT_FOUND, reason: "path", message });
        }
    };
    if request.method() != Method::POST {
        let message = format!("expected the method POST, found {}", request.method());
        return Err(Refusal { status: StatusCode::METHOD_NOT_ALLOWED, reason: "method", message });
    }
    Ok(endpoint)
}

/// Returns the time that the API server grants with the query `timeout=10s`, less a reserve.
fn granted(query: &str) -> Option<Duration> {
    let text = query.split('&').find_map(|pair| pair.strip_prefix("timeout="))?;
    let unit =
        |suffix, of: fn(u64) -> Duration| Some(of(text.strip_suffix(suffix)?.parse().ok()?));
    let time = unit("ms", Duration::from_millis).or_else(|| unit("s", Duration::from_secs))?;
    Some(time.saturating_sub(time / RESERVE))
}

impl Shared {
    /// Reads the body of a request. The permits are those of its bytes.
    async fn body<B>(&self, body: B) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Refusal>
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        if body.size_hint().lower() > self.max_body as u64 {
            return Err(Refusal::large(self.max_body));
        }
        let mut body = pin!(body);
        let mut held: Option<OwnedSemaphorePermit> = None;
        let (mut first, mut joined, mut length) = (Bytes::new(), Vec::new(), 0);
        loop {
            let part = body.frame().await.map(data).transpose()?;
            let Some(part) = part else { break };
            length += part.len();
            let count = u32::try_from(part.len()).ok().filter(|_| length <= self.max_body);
            let count = count.ok_or_else(|| Refusal::large(self.max_body))?;
            let permit = Arc::clone(&self.buffer).acquire_many_owned(count).await;
            let permit = permit.map_err(|_| Refusal::busy())?;
            match &mut held {
                Some(held) => held.merge(permit),
                None => held = Some(permit),
            }
            // Most bodies have one part, which is not copied.
            if length == part.len() {
                first = part;
            } else {
                joined.extend_from_slice(&std::mem::take(&mut first));
                joined.extend_from_slice(&part);
            }
        }
        let whole = if joined.is_empty() { first } else { Bytes::from(joined) };
        Ok((whole, held))
    }
}

/// Returns the data of a frame of a body. Trailers have none.
fn data<D: Buf, E>(frame: Result<Frame<D>, E>) -> Result<Bytes, Refusal>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let frame = frame.map_err(|error| Refusal::broken(&*error.into()))?;
    let data = frame.into_data().map(|mut data| data.copy_to_bytes(data.remaining()));
    Ok(data.unwrap_or_default())
}

impl Refusal {
    fn busy() -> Self {
        let message = "too many requests at the same time".to_owned();
        Self { status: StatusCode::SERVICE_UNAVAILABLE, reason: "busy", message }
    }

    fn unready() -> Self {
        let message = "the policies are not loaded yet".to_owned();
        Self { status: StatusCode::SERVICE_UNAVAILABLE, reason: "unready", message }
    }

    fn slow(time: Duration) -> Self {
        let message = format!("expected the whole body within {} ms", time.as_millis());
        Self { status: StatusCode::REQUEST_TIMEOUT, reason: "slow", message }
    }

    fn large(limit: usize) -> Self {
        let message = format!("expected a body of at most {limit} bytes");
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, reason: "large", message }
    }

    fn broken(error: &dyn Error) -> Self {
        let message = format!("the body of the request broke off: {error}");
        Self { status: StatusCode::BAD_REQUEST, reason: "broken", message }
    }

    fn stopped() -> Self {
        let message = "the server is stopping".to_owned();
        Self { status: StatusCode::SERVICE_UNAVAILABLE, reason: "stopped", message }
    }
}

fn json_response(body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Returns a response in plain text, with a line feed at its end.
pub(crate) fn text_response(status: StatusCode, mut text: String) -> Response<Full<Bytes>> {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    response
}
