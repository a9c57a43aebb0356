//! The shapes of reviews, parameters and inventories. One description serves the references in
//! policies and the contents of inputs.

/// The shape of a document.
#[derive(Debug)]
pub(super) enum Schema {
    /// Any value.
    Any,
    /// `true` and `false`.
    Bool,
    /// A number, with common texts.
    Number(&'static [&'static str]),
    /// A string, with common texts.
    Text(&'static [&'static str]),
    /// An array.
    List(&'static Schema),
    /// A set. No input contains one.
    Set(&'static Schema),
    /// An object with arbitrary keys, and some common ones.
    Map(&'static [&'static str], &'static Schema),
    /// An object with these fields.
    Record(&'static [(&'static str, &'static Schema)]),
}

use Schema::{Any, Bool, List, Map, Number, Record, Set, Text};

pub(super) static ANY: Schema = Any;
pub(super) static BOOL: Schema = Bool;
pub(super) static NUMBER: Schema = Number(&[
    "0",
    "1",
    "2",
    "3",
    "10",
    "80",
    "443",
    "-1",
    "0.5",
    "1.50",
    "1e3",
    "2147483648",
    "0.1",
    "9007199254740993",
    "18446744073709551616",
    "-9223372036854775809",
    "1e-7",
    "100",
]);
pub(super) static TEXT: Schema = Text(&[
    "",
    "a",
    "app",
    "nginx",
    "prod",
    "dev",
    "team-a",
    "é",
    "日本語",
    "a b",
    "a/b",
    "a,b,c",
    "x=y",
    "Ünïcødé",
    "10",
    "1.5",
    "quo\"te",
    "tab\t",
    "back\\slash",
    "<&>",
    "null",
    "UPPER",
    "gcr.io/proj/app:v1",
    "true",
    "100m",
    "1Gi",
]);
static NAME: Schema =
    Text(&["nginx", "redis", "sidecar", "istio-proxy", "opa", "web-1", "Bad_Name", "", "é"]);
static IMAGE: Schema = Text(&[
    "nginx",
    "nginx:latest",
    "nginx:1.19",
    "gcr.io/proj/app@sha256:abc",
    "quay.io/a/b:latest",
    "docker.io/library/redis:6",
    "k8s.gcr.io/pause",
]);
static NAMESPACE: Schema = Text(&["default", "kube-system", "prod", "dev", "team-a"]);
static CPU: Schema = Text(&["100m", "1", "0.5", "2", "", "1500m", "4k", "abc"]);
static MEMORY: Schema =
    Text(&["512Mi", "1Gi", "1e3", "128974848", "1.5Gi", "10Ki", "", "1G", "2Ti"]);
static PORT: Schema = Number(&["80", "443", "8080", "53", "0", "65536", "22.5"]);
static USER: Schema = Number(&["0", "1000", "65534", "-1", "1.0", "18446744073709551616"]);
static COUNT: Schema = Number(&["0", "1", "2", "3", "5", "100", "-1", "2.5", "1e1"]);
static CAPABILITY: Schema = Text(&["ALL", "NET_ADMIN", "SYS_ADMIN", "CHOWN", "KILL"]);
static REPO: Schema = Text(&["gcr.io/", "docker.io/", "quay.io/a", "nginx", "k8s.gcr.io", "", "*"]);
static PATTERN: Schema = Text(&[
    "^[a-z]+$",
    ".*",
    "^(nginx|prod|dev)$",
    "[0-9]+",
    "(?i)PROD",
    "^$",
    "a{1,3}",
    "\\d+\\.\\d+",
    "[",
    "^\\w+-\\w+$",
    ".+@sha256:[a-f0-9]+",
    "é",
]);
static LABEL_KEYS: &[&str] = &["app", "owner", "app.kubernetes.io/name", "team", "env"];

pub(super) static LIST: Schema = List(&ANY);
pub(super) static TEXTS: Schema = List(&TEXT);
pub(super) static NUMBERS: Schema = List(&NUMBER);
pub(super) static TEXT_SET: Schema = Set(&TEXT);
pub(super) static NUMBER_SET: Schema = Set(&NUMBER);
pub(super) static ANY_SET: Schema = Set(&ANY);
pub(super) static LABELS: Schema = Map(LABEL_KEYS, &TEXT);
pub(super) static MAP: Schema = Map(LABEL_KEYS, &ANY);
static REPOS: Schema = List(&REPO);
static CAPABILITIES: Schema = List(&CAPABILITY);
static PORT_ENTRY: Schema =
    Record(&[("containerPort", &PORT), ("name", &NAME), ("hostPort", &PORT)]);
static PORTS: Schema = List(&PORT_ENTRY);
static ENV_ENTRY: Schema = Record(&[("name", &NAME), ("value", &TEXT)]);
static ENV: Schema = List(&ENV_ENTRY);
static AMOUNTS: Schema = Record(&[("cpu", &CPU), ("memory", &MEMORY)]);
static RESOURCES: Schema = Record(&[("limits", &AMOUNTS), ("requests", &AMOUNTS)]);
static CAPABILITY_LISTS: Schema = Record(&[("add", &CAPABILITIES), ("drop", &CAPABILITIES)]);
static SECURITY: Schema = Record(&[
    ("privileged", &BOOL),
    ("runAsUser", &USER),
    ("capabilities", &CAPABILITY_LISTS),
    ("readOnlyRootFilesystem", &BOOL),
]);
pub(super) static CONTAINER: Schema = Record(&[
    ("name", &NAME),
    ("image", &IMAGE),
    ("resources", &RESOURCES),
    ("securityContext", &SECURITY),
    ("ports", &PORTS),
    ("env", &ENV),
]);
pub(super) static CONTAINERS: Schema = List(&CONTAINER);
static METADATA: Schema = Record(&[
    ("name", &NAME),
    ("namespace", &NAMESPACE),
    ("labels", &LABELS),
    ("annotations", &LABELS),
]);
static SPEC: Schema = Record(&[
    ("containers", &CONTAINERS),
    ("initContainers", &CONTAINERS),
    ("replicas", &COUNT),
    ("hostNetwork", &BOOL),
    ("nodeSelector", &LABELS),
    ("serviceAccountName", &NAME),
]);
pub(super) static OBJECT: Schema =
    Record(&[("kind", &KIND_NAME), ("metadata", &METADATA), ("spec", &SPEC)]);
static KIND_NAME: Schema = Text(&["Pod", "Deployment", "Service", "Namespace", ""]);
static KIND: Schema = Record(&[("group", &TEXT), ("version", &TEXT), ("kind", &KIND_NAME)]);
static OPERATION: Schema = Text(&["CREATE", "UPDATE", "DELETE", "CONNECT"]);
static USER_INFO: Schema = Record(&[("username", &NAME), ("groups", &TEXTS)]);
static REVIEW: Schema = Record(&[
    ("object", &OBJECT),
    ("oldObject", &OBJECT),
    ("kind", &KIND),
    ("operation", &OPERATION),
    ("userInfo", &USER_INFO),
]);
static LABEL_RULE: Schema = Record(&[("key", &LABEL_KEY), ("allowedRegex", &PATTERN)]);
static LABEL_KEY: Schema = Text(LABEL_KEYS);
static LABEL_RULES: Schema = List(&LABEL_RULE);
static RANGE: Schema = Record(&[("min", &PORT), ("max", &PORT)]);
static RANGES: Schema = List(&RANGE);
static PARAMETERS: Schema = Record(&[
    ("repos", &REPOS),
    ("labels", &LABEL_RULES),
    ("max", &COUNT),
    ("cpu", &CPU),
    ("memory", &MEMORY),
    ("message", &TEXT),
    ("enabled", &BOOL),
    ("ranges", &RANGES),
    ("allowed", &LABELS),
    ("numbers", &NUMBERS),
    ("exempt", &TEXTS),
    ("anything", &ANY),
]);

/// The shape of `input`.
pub(super) static INPUT: Schema = Record(&[("review", &REVIEW), ("parameters", &PARAMETERS)]);

static BY_NAME: Schema = Map(&["nginx", "web-1"], &OBJECT);
static BY_KIND: Schema = Map(&["Pod", "Service"], &BY_NAME);
static BY_VERSION: Schema = Map(&["v1", "apps/v1"], &BY_KIND);
static BY_NAMESPACE: Schema = Map(&["default", "prod"], &BY_VERSION);

/// The shape of `data.inventory`.
pub(super) static INVENTORY: Schema =
    Record(&[("namespace", &BY_NAMESPACE), ("cluster", &BY_VERSION)]);

impl Schema {
    /// Returns `true` if a document of the shape `have` can be used as one of the shape `self`.
    pub(super) fn admits(&self, have: &Schema) -> bool {
        match (self, have) {
            (Any, _) | (Bool, Bool) | (Number(_), Number(_)) | (Text(_), Text(_)) => true,
            (List(want), List(have)) | (Set(want), Set(have)) | (Map(_, want), Map(_, have)) => {
                want.admits(have)
            }
            (Record(want), Record(have)) => {
                want.iter().all(|(name, _)| have.iter().any(|(other, _)| name == other))
            }
            _ => false,
        }
    }
}
