//! The examples at the end of each subcommand's help.

pub(super) const COMPILE: &str = "\
Examples:
  ferrego compile policies/ -o generated/
  ferrego compile policies/authz.rego -e data.authz.allow -o generated/";

pub(super) const BUILD: &str = "\
Examples:
  ferrego build policies/ constraints/ -o shop-policies
  ./shop-policies serve --cert tls.crt --key tls.key";

pub(super) const CHECK: &str = "\
Examples:
  ferrego check policies/
  ferrego check -D correctness -A style -o github policies/";

pub(super) const FIX: &str = "\
Examples:
  ferrego fix --diff policies/
  ferrego fix --v1 policies/labels.yaml";

pub(super) const FMT: &str = "\
Examples:
  ferrego fmt policies/
  ferrego fmt --check --diff policies/";

pub(super) const EXPLAIN: &str = "\
Examples:
  ferrego explain unused-import
  ferrego explain 'missing ConstraintTemplate'";

pub(super) const DESCRIBE: &str = "\
Examples:
  ferrego describe policies/
  ferrego describe -o json policies/labels.yaml";

pub(super) const PLAN: &str = "\
Examples:
  ferrego plan policies/labels.yaml
  ferrego plan --passes none policies/labels.yaml";

pub(super) const EVAL: &str = "\
Examples:
  ferrego eval -t policies/labels.yaml -i review.json -p parameters.json
  ferrego eval -d policy.rego -i input.json 'data.policy.allow'";

pub(super) const VERIFY: &str = "\
Examples:
  ferrego verify suites/...
  ferrego verify --engine both suites/...";

pub(super) const TEST: &str = "\
Examples:
  ferrego test -f policies/ -f manifests/
  kubectl get pods -A -o json | ferrego test -f policies/ -o sarif";

pub(super) const AUDIT: &str = "\
Examples:
  ferrego audit --from-cluster
  ferrego audit -o json policies/ manifests/";

#[cfg(feature = "serve")]
pub(super) const SERVE: &str = "\
Examples:
  ferrego serve policies/ --cert tls.crt --key tls.key
  ferrego serve --from-cluster --cert tls.crt --key tls.key";

pub(super) const WHY: &str = "\
Examples:
  ferrego why pod.yaml -f policies/
  kubectl get pod web -o json | ferrego why - -f policies/";
