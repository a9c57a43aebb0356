//! Tests of the reader without a cluster: a function answers its requests.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};
use kube::client::Body;
use serde_json::{Value, json};
use tower_service::Service;

use super::*;

/// A function from the path and the query of a request to a status and a body.
type Answer = dyn Fn(&str) -> (u16, Value) + Send + Sync;

/// An API server.
#[derive(Clone)]
struct Fake {
    answer: Arc<Answer>,
    /// The requests, in order.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service<Request<Body>> for Fake {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let path = request.uri().path_and_query().map_or("", |path| path.as_str()).to_owned();
        let (status, body) = (self.answer)(&path);
        self.asked.lock().expect("the requests").push(path);
        let response = Response::builder().status(status);
        ready(Ok(response.body(body.to_string().into()).expect("a response")))
    }
}

/// Returns a reader with pages of two objects, and the requests of its client.
fn reader(
    answer: impl Fn(&str) -> (u16, Value) + Send + Sync + 'static,
) -> (Reader, Arc<Mutex<Vec<String>>>) {
    let fake = Fake { answer: Arc::new(answer), asked: Arc::default() };
    let asked = Arc::clone(&fake.asked);
    let runtime = Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
    let client = {
        let _inside = runtime.enter();
        Client::new(fake, "default")
    };
    let page_size = NonZero::new(2).expect("a number");
    (Reader { runtime, impatient: client.clone(), client, page_size }, asked)
}

fn failure(code: u16, message: &str) -> (u16, Value) {
    let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": "Because", "code": code});
    (code, status)
}

fn pods(names: &[&str], token: &str) -> (u16, Value) {
    let pod = |name: &&str| json!({"metadata": {"name": name, "namespace": "n", "uid": name}});
    let items: Vec<Value> = names.iter().map(pod).collect();
    (200, json!({"kind": "PodList", "metadata": {"continue": token}, "items": items}))
}

fn kind() -> Kind {
    let [group, version, kind, plural] = ["", "v1", "Pod", "pods"].map(str::to_owned);
    Kind { group, version, kind, plural, is_watched: true }
}

/// Returns the names of the pods, and the error.
fn names(reader: &Reader) -> (Vec<String>, Option<RequestError>) {
    let mut names = Vec::new();
    let result = reader.each(&kind(), &mut |item| {
        names.push(item.name);
        ControlFlow::Continue(())
    });
    (names, result.err())
}

#[test]
fn a_list_is_read_page_by_page() {
    let (reader, asked) = reader(|path| {
        if path.contains("continue=next") { pods(&["c"], "") } else { pods(&["a", "b"], "next") }
    });
    assert_eq!(names(&reader), (["a", "b", "c"].map(str::to_owned).to_vec(), None));
    let asked = asked.lock().expect("the requests").clone();
    assert_eq!(asked, ["/api/v1/pods?&limit=2", "/api/v1/pods?&limit=2&continue=next"]);
}

#[test]
fn a_list_may_be_ended() {
    let (reader, asked) = reader(|_| pods(&["a", "b"], "next"));
    let result = reader.each(&kind(), &mut |_| ControlFlow::Break(()));
    assert_eq!(result, Ok(()));
    assert_eq!(asked.lock().expect("the requests").len(), 1);
}

#[test]
fn a_list_begins_again_when_its_token_expires() {
    let lists = Mutex::new(0);
    let (reader, _) = reader(move |path| {
        let mut lists = lists.lock().expect("the number of lists");
        *lists += usize::from(!path.contains("continue"));
        match (path.contains("continue"), *lists) {
            (true, 1) => failure(410, "The provided continue parameter is too old"),
            (true, _) => pods(&["c"], ""),
            // The second list has another object on its first page.
            (false, 1) => pods(&["a", "b"], "next"),
            (false, _) => pods(&["a", "aa", "b"], "next"),
        }
    });
    assert_eq!(names(&reader), (["a", "b", "aa", "c"].map(str::to_owned).to_vec(), None));
}

#[test]
fn a_token_that_always_expires_is_an_error() {
    let (reader, asked) = reader(|path| {
        if path.contains("continue") { failure(410, "too old") } else { pods(&["a"], "next") }
    });
    let reason = "too old (410)".to_owned();
    let error = RequestError { path: "/api/v1/pods".to_owned(), reason };
    assert_eq!(names(&reader), (vec!["a".to_owned()], Some(error)));
    assert_eq!(asked.lock().expect("the requests").len(), 2 * (RESTARTS as usize + 1));
}

#[test]
fn objects_without_an_identity_are_all_given() {
    let (reader, _) = reader(|_| {
        let item = json!({"metadata": {"name": "a", "namespace": "n"}});
        (200, json!({"kind": "PodList", "metadata": {}, "items": [item.clone(), item]}))
    });
    assert_eq!(names(&reader), (["a", "a"].map(str::to_owned).to_vec(), None));
}

#[test]
fn a_forbidden_kind_is_an_error() {
    let (reader, _) = reader(|_| failure(403, "pods is forbidden"));
    let (names, error) = names(&reader);
    assert!(names.is_empty());
    let expected = "cannot access /api/v1/pods: pods is forbidden (403)";
    assert_eq!(error.expect("an error").to_string(), expected);
}

#[test]
fn a_page_that_is_not_a_list_is_an_error() {
    let (reader, _) = reader(|_| (200, json!({"items": {}})));
    let (names, error) = names(&reader);
    assert!(names.is_empty());
    assert!(error.expect("an error").reason.starts_with("expected a list of objects: "));
}

#[test]
fn a_namespace_may_be_missing() {
    let (reader, _) = reader(|path| match path {
        "/api/v1/namespaces/here" => (200, json!({"kind": "Namespace"})),
        "/api/v1/namespaces/gone" => failure(404, "not found"),
        _ => failure(500, "broken"),
    });
    assert_eq!(reader.namespace("here"), Ok(Some(r#"{"kind":"Namespace"}"#.to_owned())));
    assert_eq!(reader.namespace("gone"), Ok(None));
    let error = reader.namespace("other").expect_err("an error");
    assert_eq!(error.to_string(), "cannot access /api/v1/namespaces/other: broken (500)");
}

/// Returns the resources of a version, each with its kind and one verb.
fn resources(version: &str, resources: &[(&str, &str, &str)]) -> (u16, Value) {
    let resource = |(name, kind, verb): &(&str, &str, &str)| json!({"name": name, "singularName": "", "namespaced": true, "kind": kind, "verbs": [verb]});
    let resources: Vec<Value> = resources.iter().map(resource).collect();
    (200, json!({"kind": "APIResourceList", "groupVersion": version, "resources": resources}))
}

fn groups() -> (u16, Value) {
    let group = |name: &str, versions: &[&str], preferred: &str| {
        let version = |version: &str| json!({"groupVersion": format!("{name}/{version}"), "version": version});
        let versions: Vec<Value> = versions.iter().map(|one| version(one)).collect();
        json!({"name": name, "versions": versions, "preferredVersion": version(preferred)})
    };
    let groups = [group("apps", &["v1beta1", "v1"], "v1"), group("broken.example", &["v1"], "v1")];
    (200, json!({"kind": "APIGroupList", "groups": groups}))
}

#[test]
fn kinds_have_the_version_that_their_group_prefers() {
    let (reader, _) = reader(|path| match path {
        "/api" => (
            200,
            json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}),
        ),
        "/api/v1" => resources(
            "v1",
            &[
                ("pods", "Pod", "list"),
                ("pods/status", "Pod", "list"),
                ("bindings", "Binding", "create"),
            ],
        ),
        "/apis" => groups(),
        "/apis/apps/v1beta1" => resources(
            "apps/v1beta1",
            &[("deployments", "Deployment", "list"), ("old", "Old", "list")],
        ),
        "/apis/apps/v1" => resources("apps/v1", &[("deployments", "Deployment", "list")]),
        _ => failure(503, "no endpoints"),
    });
    let Kinds { kinds, errors } = reader.kinds().expect("kinds");
    let paths: Vec<String> = kinds.iter().map(Kind::path).collect();
    assert_eq!(paths, ["/api/v1/pods", "/apis/apps/v1/deployments", "/apis/apps/v1beta1/old"]);
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors, ["cannot access /apis/broken.example/v1: no endpoints (503)"]);
}

#[test]
fn without_groups_there_are_no_kinds() {
    let (reader, _) = reader(|_| failure(403, "forbidden"));
    let error = reader.kinds().expect_err("an error");
    assert_eq!(error.to_string(), "cannot access /api: forbidden (403)");
}
