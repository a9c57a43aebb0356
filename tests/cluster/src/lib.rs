//! A control plane of Kubernetes on loopback, and the admission servers beside it.
//!
//! [`ControlPlane`] starts etcd and kube-apiserver, [`Webhook`] starts `ferrego serve`, and
//! [`Registration`] makes the API server ask it. Everything stops when its value is dropped.

pub mod api;
pub mod balancer;
pub mod certificates;
pub mod control_plane;
pub mod load;
pub mod process;
pub mod registration;
pub mod stub;
pub mod tls;
pub mod volume;
pub mod wait;
pub mod webhook;

pub use api::{Answer, Api};
pub use balancer::Balancer;
pub use certificates::{Authority, Identity};
pub use control_plane::ControlPlane;
pub use load::{Load, Outcome};
pub use registration::Registration;
pub use stub::Stub;
pub use volume::Volume;
pub use webhook::Webhook;
