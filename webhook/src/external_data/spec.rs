//! The description of a provider, as a cluster holds it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use ferrego_gatekeeper::fault::{Fault, FaultCode, Faults, FieldPath};
use ferrego_runtime::Value;
use hyper::Uri;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::verifier::Trusted;

/// A provider: the object `Provider` of `externaldata.gatekeeper.sh`.
///
/// ```
/// use ferrego_runtime::Document;
/// use ferrego_webhook::external_data::ProviderSpec;
///
/// let provider = Document::parse(
///     r#"{
///         "apiVersion": "externaldata.gatekeeper.sh/v1beta1",
///         "kind": "Provider",
///         "metadata": {"name": "images"},
///         "spec": {"url": "http://images.example", "timeout": 1}
///     }"#,
/// )?;
/// let faults = ProviderSpec::read(&provider.value()).expect_err("no TLS");
/// let fields: Vec<String> = faults.iter().map(|fault| fault.path.to_string()).collect();
/// assert_eq!(fields, ["spec.url", "spec.caBundle"]);
/// # Ok::<(), ferrego_runtime::json::JsonError>(())
/// ```
#[derive(Clone)]
pub struct ProviderSpec {
    name: String,
    uri: Uri,
    timeout: Duration,
    /// The certificates of authorities as the object holds them.
    ca_bundle: String,
    trusted: Arc<Trusted>,
}

impl ProviderSpec {
    /// Reads a `Provider`, by the rules of Gatekeeper's `ProviderCache`.
    ///
    /// A timeout of zero is a fault here. Gatekeeper accepts it, and then each request fails.
    ///
    /// # Errors
    /// Returns all faults of the object.
    pub fn read(provider: &Value<'_>) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut note = |fault: Fault| faults.push(fault);
        let name = text(provider, &["metadata", "name"]).map_err(&mut note).ok();
        let uri = text(provider, &["spec", "url"]).and_then(|text| uri(&text));
        let uri = uri.map_err(&mut note).ok();
        let timeout = timeout(provider).map_err(&mut note).ok();
        let bundle = text(provider, &["spec", "caBundle"])
            .and_then(|text| Ok((authorities(&text)?, text)))
            .map_err(&mut note)
            .ok();
        match (name, uri, timeout, bundle) {
            (Some(name), Some(uri), Some(timeout), Some((trusted, ca_bundle))) => {
                Ok(Self { name, uri, timeout, ca_bundle, trusted: Arc::new(trusted) })
            }
            _ => Err(faults.into()),
        }
    }

    /// Returns the name by which policies call the provider.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the address to which requests are posted.
    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns the time for a request.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns the certificates that the provider may use or be signed by.
    pub(super) fn trusted(&self) -> &Arc<Trusted> {
        &self.trusted
    }
}

impl PartialEq for ProviderSpec {
    fn eq(&self, other: &Self) -> bool {
        let fields = |spec: &Self| (spec.name.clone(), spec.uri.clone(), spec.timeout);
        fields(self) == fields(other) && self.ca_bundle == other.ca_bundle
    }
}

impl fmt::Debug for ProviderSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderSpec")
            .field("name", &self.name)
            .field("uri", &self.uri)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Returns the text of a field, which must not be empty.
fn text(provider: &Value<'_>, path: &[&str]) -> Result<String, Fault> {
    match provider.path(path) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.to_owned()),
        None | Some(Value::Null | Value::String(_)) => Err(fault(path, "required")),
        Some(other) => Err(fault(path, format!("expected a string, found {}", other.type_name()))),
    }
}

fn uri(text: &str) -> Result<Uri, Fault> {
    let path = ["spec", "url"];
    let uri: Uri = text.parse().map_err(|error| fault(&path, format!("not a URL: {error}")))?;
    if uri.scheme_str() != Some("https") {
        let found = uri.scheme_str().unwrap_or("none");
        return Err(fault(&path, format!("expected the scheme https, found {found}")));
    }
    match uri.authority() {
        Some(authority) if authority.as_str().contains('@') => {
            Err(fault(&path, "expected a URL without a user or a password"))
        }
        Some(authority) if !authority.host().is_empty() => Ok(uri),
        _ => Err(fault(&path, "expected a URL with a host")),
    }
}

/// The longest time of a request. An API server waits 30 seconds for a webhook at most, so no review
/// can use a later answer.
const LONGEST: Duration = Duration::from_secs(30);

/// Returns the time of a request, which is cut to [`LONGEST`].
fn timeout(provider: &Value<'_>) -> Result<Duration, Fault> {
    let path = ["spec", "timeout"];
    let seconds = match provider.path(&path) {
        Some(Value::Number(number)) => number.as_i64(),
        None | Some(Value::Null) => Some(0),
        Some(_) => None,
    };
    match seconds.and_then(|seconds| u64::try_from(seconds).ok()) {
        Some(0) => {
            let fault = fault(&path, "expected at least 1 second, found 0");
            Err(fault.with_help("set the seconds for a request: 0 makes each request fail"))
        }
        Some(seconds) => Ok(Duration::from_secs(seconds).min(LONGEST)),
        None => Err(fault(&path, "expected a number of seconds")),
    }
}

/// Returns the certificates of a bundle. Like Go's pool, it leaves out those that it cannot read, but
/// there must be one.
fn authorities(bundle: &str) -> Result<Trusted, Fault> {
    let path = ["spec", "caBundle"];
    // Go's decoder ignores the ends of lines.
    let joined = bundle.replace(['\r', '\n'], "");
    let pem = BASE64
        .decode(joined.as_bytes())
        .map_err(|error| fault(&path, format!("not base64: {error}")))?;
    let mut roots = RootCertStore::empty();
    let certificates: Vec<_> =
        CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok).collect();
    roots.add_parsable_certificates(certificates.iter().cloned());
    if roots.is_empty() {
        return Err(fault(&path, "expected a certificate in PEM, in base64"));
    }
    Ok(Trusted { certificates, roots: Arc::new(roots) })
}

fn fault(path: &[&str], message: impl Into<String>) -> Fault {
    Fault::new(FaultCode::InvalidProvider, FieldPath::of(path), message)
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::Document;
    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn bundle() -> String {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        BASE64.encode(params.self_signed(&key).expect("a certificate").pem().as_bytes())
    }

    fn read(spec: &str) -> Result<ProviderSpec, String> {
        let json = format!(r#"{{"metadata": {{"name": "images"}}, "spec": {spec}}}"#);
        let document = Document::parse(json).expect("JSON");
        ProviderSpec::read(&document.value()).map_err(|faults| faults.to_string())
    }

    #[test]
    fn a_provider_is_read() {
        let bundle = bundle();
        let lines = bundle.replacen("LS0t", "LS0t\\n", 1);
        let spec = |bundle: &str| {
            format!(r#"{{"url": "https://images:8443/v1", "timeout": 3, "caBundle": "{bundle}"}}"#)
        };
        let one = read(&spec(&bundle)).expect("a provider");
        assert_eq!((one.name(), one.timeout()), ("images", Duration::from_secs(3)));
        assert_eq!(one.uri().to_string(), "https://images:8443/v1");
        assert_eq!(one, read(&spec(&bundle)).expect("a provider"));
        assert_eq!(read(&spec(&lines)).expect("a provider").trusted().roots.len(), 1);
    }

    #[test]
    fn each_fault_names_its_field() {
        let bundle = bundle();
        for (url, timeout, bundle, expected) in [
            ("http://a", "1", &*bundle, "spec.url: expected the scheme https, found http"),
            ("a", "1", &bundle, "spec.url: expected the scheme https, found none"),
            (
                "https://u:p@a",
                "1",
                &bundle,
                "spec.url: expected a URL without a user or a password",
            ),
            ("", "1", &bundle, "spec.url: required"),
            ("https://a", "0", &bundle, "spec.timeout: expected at least 1 second, found 0"),
            ("https://a", "-1", &bundle, "spec.timeout: expected a number of seconds"),
            ("https://a", "\"1s\"", &bundle, "spec.timeout: expected a number of seconds"),
            ("https://a", "1", "", "spec.caBundle: required"),
            ("https://a", "1", "YQ==", "spec.caBundle: expected a certificate in PEM, in base64"),
            ("https://a", "1", "%", "spec.caBundle: not base64: "),
        ] {
            let json =
                format!(r#"{{"url": "{url}", "timeout": {timeout}, "caBundle": "{bundle}"}}"#);
            let faults = read(&json).expect_err("a fault");
            assert!(faults.contains(expected), "{faults}");
            assert!(!faults.contains("; "), "{faults}");
        }
        let all = read("{}").expect_err("faults");
        assert_eq!(all.matches("invalid Provider: ").count(), 3, "{all}");
    }
}
