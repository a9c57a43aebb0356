//! A certificate of the server that the server makes itself, in the place of cert-manager.
//!
//! The replicas share a Secret, and each repeats these steps every minute:
//!
//! ```text
//! Secret → (missing, or to be renewed: replace it) → caBundle of the webhooks → files → handshakes
//! ```
//!
//! The API server trusts a new authority before any replica uses a certificate of it, and still trusts
//! the last one while others do. The Secret has a version, so of two replicas that renew at the same
//! time, one reads what the other has written. The webhook configuration is read before the Secret and
//! changed only in the version that was read. So no replica writes back an older bundle.

mod files;
mod pair;

use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime};

use data_encoding::BASE64;
use k8s_openapi::ByteString;
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Patch, PatchParams, PostParams};
use kube::{Api, Client};
use serde_json::json;

use super::ClusterError;
use pair::Pair;

/// The time between two looks at the Secret.
const INTERVAL: Duration = Duration::from_mins(1);

/// The time within which API servers notice a changed webhook configuration.
const NOTICED: Duration = Duration::from_secs(5);

/// The number of attempts, if other replicas change the same objects.
const ATTEMPTS: usize = 10;

// The keys of the Secret, which are also those of a certificate from cert-manager.
const CERTIFICATE: &str = "tls.crt";
const KEY: &str = "tls.key";
const AUTHORITIES: &str = "ca.crt";

/// A certificate that the server makes itself and shares with its replicas.
#[derive(Clone, Debug)]
pub struct SelfSigned {
    /// The namespace of the Secret.
    pub namespace: String,
    /// The name of the Secret.
    pub secret: String,
    /// The DNS names of the server, as the API server calls it.
    pub names: Vec<String>,
    /// The `ValidatingWebhookConfiguration` whose webhooks get the authorities as `caBundle`.
    pub webhook_configuration: String,
    /// The files to which the certificate and its key are written. The server reads them again when
    /// they change.
    pub files: [PathBuf; 2],
}

/// A reason why a certificate cannot be made or shared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelfSignedError {
    /// The cluster cannot be found, or the system cannot start a thread.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The API server refuses a request, or does not answer.
    #[error("cannot keep the certificate in the cluster: {0}")]
    Request(#[source] Box<kube::Error>),
    /// The certificate cannot be made, for example for a name that is not a DNS name.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A file cannot be written.
    #[error("cannot write {path}: {error}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        #[source]
        error: io::Error,
    },
}

impl From<kube::Error> for SelfSignedError {
    fn from(error: kube::Error) -> Self {
        Self::Request(Box::new(error))
    }
}

impl From<io::Error> for SelfSignedError {
    fn from(error: io::Error) -> Self {
        Self::Cluster(error.into())
    }
}

impl SelfSigned {
    /// Writes the certificate, and renews it on a thread of its own until the process ends.
    ///
    /// # Errors
    /// Returns an error if the first certificate cannot be made, shared or written.
    pub fn start(self) -> Result<(), SelfSignedError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = runtime.block_on(async {
            let client = Client::try_default().await;
            let client = client.map_err(|error| ClusterError::Config(Box::new(error)))?;
            self.ensure(&client).await?;
            Ok::<_, SelfSignedError>(client)
        })?;
        let follow = move || {
            runtime.block_on(async {
                loop {
                    tokio::time::sleep(INTERVAL).await;
                    if let Err(error) = self.ensure(&client).await {
                        tracing::error!(error = %error, "the last certificate stays in use");
                    }
                }
            });
        };
        thread::Builder::new().name("self-signed".to_owned()).spawn(follow)?;
        Ok(())
    }

    /// Ensures that the Secret, the webhook configuration and the files hold a current certificate.
    async fn ensure(&self, client: &Client) -> Result<(), SelfSignedError> {
        for _ in 1..ATTEMPTS {
            match self.attempt(client).await {
                // Another replica was faster.
                Err(SelfSignedError::Request(error)) if is_conflict(&error) => {}
                result => return result,
            }
        }
        self.attempt(client).await
    }

    async fn attempt(&self, client: &Client) -> Result<(), SelfSignedError> {
        let webhooks: Api<ValidatingWebhookConfiguration> = Api::all(client.clone());
        let configuration = webhooks.get(&self.webhook_configuration).await?;
        let pair = self.shared(client, &configuration).await?;
        if let Some(patch) = registration(&configuration, &pair.authorities) {
            let (name, params) = (&self.webhook_configuration, PatchParams::default());
            webhooks.patch(name, &params, &Patch::Strategic(patch)).await?;
            tracing::info!(configuration = name, "wrote the authorities of the certificate");
            if !files::is(&self.files[0], &pair.certificate) {
                tokio::time::sleep(NOTICED).await;
            }
        }
        let [certificate, key] = &self.files;
        for (path, content) in [(key, &pair.key), (certificate, &pair.certificate)] {
            files::write(path, content)
                .map_err(|error| SelfSignedError::Write { path: path.clone(), error })?;
        }
        Ok(())
    }

    /// Returns the certificate in the Secret, after its renewal if it is not current. If the Secret has
    /// no authorities, those of the webhooks remain trusted.
    async fn shared(
        &self,
        client: &Client,
        configuration: &ValidatingWebhookConfiguration,
    ) -> Result<Pair, SelfSignedError> {
        let secrets: Api<Secret> = Api::namespaced(client.clone(), &self.namespace);
        let found = secrets.get_opt(&self.secret).await?;
        let last = found.as_ref().map(read);
        let now = SystemTime::now();
        if let Some(pair) = &last
            && pair.is_current(&self.names, now)
        {
            return Ok(pair.clone());
        }
        let kept = last.map(|pair| pair.authorities).filter(|authorities| !authorities.is_empty());
        let authorities = kept.unwrap_or_else(|| registered(configuration));
        let pair = Pair::generate(&self.names, &authorities, now)?;
        let parameters = PostParams::default();
        if let Some(mut secret) = found {
            fill(&mut secret, &pair);
            secrets.replace(&self.secret, &parameters, &secret).await?;
        } else {
            let type_ = Some("kubernetes.io/tls".to_owned());
            let mut secret = Secret { type_, ..Secret::default() };
            secret.metadata.name = Some(self.secret.clone());
            fill(&mut secret, &pair);
            secrets.create(&parameters, &secret).await?;
        }
        tracing::info!(namespace = self.namespace, secret = self.secret, "made a certificate");
        Ok(pair)
    }
}

/// Returns `true` if another client has changed or created the object.
fn is_conflict(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 409)
}

/// Reads a Secret. A missing part is empty, and not current.
fn read(secret: &Secret) -> Pair {
    let text = |key: &str| {
        let bytes = secret.data.as_ref().and_then(|data| data.get(key));
        bytes.map(|bytes| String::from_utf8_lossy(&bytes.0).into_owned()).unwrap_or_default()
    };
    Pair { certificate: text(CERTIFICATE), key: text(KEY), authorities: text(AUTHORITIES) }
}

/// Writes a certificate into a Secret, beside its other data.
fn fill(secret: &mut Secret, pair: &Pair) {
    let data = secret.data.get_or_insert_default();
    for (key, text) in
        [(CERTIFICATE, &pair.certificate), (KEY, &pair.key), (AUTHORITIES, &pair.authorities)]
    {
        data.insert(key.to_owned(), ByteString(text.clone().into_bytes()));
    }
}

/// Returns the authorities of the first webhook; they are empty if there are none.
fn registered(configuration: &ValidatingWebhookConfiguration) -> String {
    let first = configuration.webhooks.iter().flatten().next();
    let bundle = first.and_then(|webhook| webhook.client_config.ca_bundle.as_ref());
    bundle.map(|bundle| String::from_utf8_lossy(&bundle.0).into_owned()).unwrap_or_default()
}

/// Returns the patch that puts the authorities into all webhooks of a configuration; `None` if they
/// are there. The patch applies to the version of `configuration` only.
fn registration(
    configuration: &ValidatingWebhookConfiguration,
    authorities: &str,
) -> Option<serde_json::Value> {
    let wanted = ByteString(authorities.as_bytes().to_vec());
    let webhooks = configuration.webhooks.iter().flatten();
    let outdated = webhooks.filter(|one| one.client_config.ca_bundle.as_ref() != Some(&wanted));
    let bundle = BASE64.encode(authorities.as_bytes());
    let patch = |name: &str| json!({"name": name, "clientConfig": {"caBundle": bundle}});
    let webhooks: Vec<_> = outdated.map(|one| patch(&one.name)).collect();
    let version = &configuration.metadata.resource_version;
    (!webhooks.is_empty())
        .then(|| json!({"metadata": {"resourceVersion": version}, "webhooks": webhooks}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_webhooks_without_the_authorities_are_changed() {
        let configuration = json!({
            "metadata": {"name": "ferrego", "resourceVersion": "7"},
            "webhooks": [
                {
                    "name": "a.ferrego",
                    "clientConfig": {"caBundle": BASE64.encode(b"pem")},
                    "admissionReviewVersions": ["v1"],
                    "sideEffects": "None",
                },
                {
                    "name": "b.ferrego",
                    "clientConfig": {},
                    "admissionReviewVersions": ["v1"],
                    "sideEffects": "None",
                },
            ],
        });
        let configuration = serde_json::from_value(configuration).expect("a configuration");
        let names = |authorities: &str| {
            let patch = registration(&configuration, authorities)?;
            assert_eq!(patch["metadata"], json!({"resourceVersion": "7"}));
            let webhooks = patch["webhooks"].as_array().expect("webhooks").iter();
            Some(webhooks.map(|one| one["name"].as_str().expect("a name").to_owned()).collect())
        };
        assert_eq!(names("pem"), Some(vec!["b.ferrego".to_owned()]));
        assert_eq!(names("other").map(|names: Vec<_>| names.len()), Some(2));
    }

    #[test]
    fn a_secret_keeps_its_other_data() {
        let pair = Pair {
            certificate: "certificate".to_owned(),
            key: "key".to_owned(),
            authorities: "authorities".to_owned(),
        };
        let mut secret = Secret::default();
        secret.data.get_or_insert_default().insert("other".to_owned(), ByteString(vec![1]));
        fill(&mut secret, &pair);
        assert_eq!(read(&secret), pair);
        assert_eq!(secret.data.map(|data| data.len()), Some(4));
    }
}
