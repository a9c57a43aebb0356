//! Tests of the service without a network.

use ferrego_gatekeeper::PolicySet;
use tower_service::Service as _;

use super::*;
use crate::policies::State;
use crate::readiness::Condition;

/// A body that never arrives.
struct Never;

impl Body for Never {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

fn post<B>(body: B) -> Request<B> {
    Request::post("/v1/admit").body(body).expect("a request")
}

#[test]
fn requests_do_not_wait_for_the_bodies_of_others() {
    let policies = Policies::new(State::new(PolicySet::builder().build()));
    let mut config = Config::new("tls.crt", "tls.key");
    config.max_requests = 1;
    config.timeout = Duration::from_mins(1);
    let metrics = Arc::new(Metrics::new().expect("metrics"));
    let mut service = AdmissionService::new(policies, &config, metrics);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(async {
        let mut slow = service.call(post(Never));
        let quick = service.call(post(Full::<Bytes>::from("{}")));
        tokio::select! {
            biased;
            _ = &mut slow => panic!("an answer without a body"),
            answer = quick => assert_eq!(answer.expect("an answer").status(), StatusCode::OK),
        }
    });
}

#[test]
fn no_request_is_judged_before_the_policies_are_loaded() {
    let policies = Policies::new(State::new(PolicySet::builder().build()));
    let metrics = Arc::new(Metrics::new().expect("metrics"));
    let readiness = Readiness::waiting_for(&[Condition::Policies, Condition::Inventory]);
    let config = Config::new("tls.crt", "tls.key");
    let mut service = AdmissionService::waiting(policies, &config, metrics, readiness.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime");
    let mut status = || {
        let answer = runtime.block_on(service.call(post(Full::<Bytes>::from("{}"))));
        answer.expect("an answer").status()
    };
    assert_eq!(status(), StatusCode::SERVICE_UNAVAILABLE);
    readiness.set(Condition::Policies);
    assert_eq!(status(), StatusCode::SERVICE_UNAVAILABLE);
    readiness.set(Condition::Inventory);
    assert_eq!(status(), StatusCode::OK);
    // A server that stops still answers.
    readiness.unset(Condition::Running);
    assert_eq!(status(), StatusCode::OK);
}

#[test]
fn the_api_server_grants_a_time() {
    for (query, expected) in [
        ("timeout=10s", Some(Duration::from_secs(9))),
        ("a=b&timeout=500ms", Some(Duration::from_millis(450))),
        ("timeout=", None),
        ("timeout=1h", None),
        ("timeout=-1s", None),
        ("", None),
    ] {
        assert_eq!(granted(query), expected, "{query}");
    }
}
