//! An API server that holds objects in memory, over plain HTTP.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// The kinds of a group version, each with its name in paths, its kind, and whether it can be listed.
type Resources = Vec<(&'static str, &'static str, bool)>;

/// An API server. Its thread ends with the test.
pub(crate) struct Api {
    address: String,
    state: Arc<Mutex<State>>,
}

/// The state of an API server.
#[derive(Default)]
pub(crate) struct State {
    /// The kinds by group version, such as `v1` or `apps/v1`.
    kinds: BTreeMap<&'static str, Resources>,
    /// The objects by the path of their list.
    objects: BTreeMap<String, Vec<Value>>,
    /// The paths whose requests fail, each with the status and the number of times.
    failing: BTreeMap<String, (u16, usize)>,
    /// The requests, in order.
    pub(crate) requests: Vec<String>,
}

impl Api {
    /// Starts an API server without kinds.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let state = Arc::<Mutex<State>>::default();
        let api = Self { address, state: Arc::clone(&state) };
        thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.expect("a connection"), &state);
            }
        });
        api
    }

    /// Defines a kind. Its objects can be listed unless the kind begins with a dash.
    pub(crate) fn define(&self, version: &'static str, plural: &'static str, kind: &'static str) {
        let kinds = &mut self.state.lock().expect("the state").kinds;
        let name = kind.trim_start_matches('-');
        kinds.entry(version).or_default().push((plural, name, name == kind));
    }

    /// Adds an object to the list at `path`.
    pub(crate) fn add(&self, path: &str, object: Value) {
        let objects = &mut self.state.lock().expect("the state").objects;
        objects.entry(path.to_owned()).or_default().push(object);
    }

    /// Adds a Namespace with labels.
    pub(crate) fn add_namespace(&self, name: &str, labels: &Value) {
        let metadata = json!({"name": name, "labels": labels});
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata});
        self.add("/api/v1/namespaces", namespace);
    }

    /// Makes requests to `path` fail some times.
    pub(crate) fn fail(&self, path: &str, status: u16, times: usize) {
        let failing = &mut self.state.lock().expect("the state").failing;
        failing.insert(path.to_owned(), (status, times));
    }

    /// Returns an object by name.
    pub(crate) fn get(&self, path: &str, name: &str) -> Value {
        let state = self.state.lock().expect("the state");
        state.objects[path].iter().find(|one| is_named(one, name)).expect("the object").clone()
    }

    /// Returns the requests.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.state.lock().expect("the state").requests.clone()
    }

    /// Returns a kubeconfig.
    pub(crate) fn kubeconfig(&self) -> String {
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "clusters": [
                {"name": "test", "cluster": {"server": format!("http://{}", self.address)}},
            ],
            "users": [{"name": "test", "user": {}}],
        });
        config.to_string()
    }
}

fn is_named(object: &Value, name: &str) -> bool {
    object["metadata"]["name"] == name
}

/// Answers one request of a connection.
fn answer(mut stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a connection"));
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line).expect("a request");
    let mut request = line.split(' ');
    let (method, target) = (request.next().unwrap_or(""), request.next().unwrap_or(""));
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).expect("a header");
        let header = header.trim().to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if header.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let (status, body) = state.lock().expect("the state").answer(method, target, &body);
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).expect("an answer");
}

fn failure(code: u16, path: &str) -> (u16, Value) {
    let message = format!("refused {path}");
    (code, json!({"kind": "Status", "status": "Failure", "message": message, "code": code}))
}

impl State {
    fn answer(&mut self, method: &str, target: &str, body: &[u8]) -> (u16, Value) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        self.requests.push(format!("{method} {target}"));
        if let Some((status, times)) = self.failing.get_mut(path)
            && *times > 0
        {
            *times -= 1;
            return failure(*status, path);
        }
        if method == "PUT" {
            return self.replace_status(path, body);
        }
        match path {
            "/api" => (200, json!({"versions": ["v1"], "serverAddressByClientCIDRs": []})),
            "/apis" => (200, json!({"groups": self.groups()})),
            _ => self
                .resources(path)
                .or_else(|| self.read(path, query))
                .unwrap_or(failure(404, path)),
        }
    }

    fn groups(&self) -> Vec<Value> {
        let group = |version: &&str| {
            let (group, name) = version.split_once('/')?;
            let version = json!({"groupVersion": version, "version": name});
            Some(json!({"name": group, "versions": [version], "preferredVersion": version}))
        };
        self.kinds.keys().filter_map(group).collect()
    }

    /// Returns the kinds of the group version at `path`.
    fn resources(&self, path: &str) -> Option<(u16, Value)> {
        let version = path.strip_prefix("/apis/").or_else(|| path.strip_prefix("/api/"))?;
        let resource = |(plural, kind, can_list): &(&str, &str, bool)| {
            let verbs = if *can_list { ["get", "list"] } else { ["get", "create"] };
            json!({"name": plural, "singularName": "", "namespaced": true, "kind": kind,
                "verbs": verbs})
        };
        let resources: Vec<Value> = self.kinds.get(version)?.iter().map(resource).collect();
        Some((200, json!({"groupVersion": version, "resources": resources})))
    }

    /// Returns a page of a list, or an object.
    fn read(&self, path: &str, query: &str) -> Option<(u16, Value)> {
        if let Some((list, name)) = path.rsplit_once('/')
            && let Some(objects) = self.objects.get(list)
        {
            return Some((200, objects.iter().find(|one| is_named(one, name))?.clone()));
        }
        let parameter = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).and_then(|(_, value)| value.parse::<usize>().ok())
        };
        let (first, limit) = (parameter("continue").unwrap_or(0), parameter("limit")?);
        let objects = self.objects.get(path).map_or(&[][..], Vec::as_slice);
        let page: Vec<_> = objects.iter().skip(first).take(limit).collect();
        let next = first + page.len();
        let token = if next < objects.len() { next.to_string() } else { String::new() };
        Some((200, json!({"metadata": {"continue": token}, "items": page})))
    }

    fn replace_status(&mut self, path: &str, body: &[u8]) -> (u16, Value) {
        let new: Value = serde_json::from_slice(body).expect("JSON");
        let object = path.strip_suffix("/status").and_then(|path| path.rsplit_once('/'));
        let (list, name) = object.expect("a status");
        let objects = self.objects.get_mut(list).expect("the list");
        let object = objects.iter_mut().find(|one| is_named(one, name)).expect("the object");
        object["status"] = new["status"].clone();
        (200, object.clone())
    }
}
