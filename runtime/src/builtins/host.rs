//! Builtins that only the embedding program can answer, through [`crate::Host::call`].

use super::table::{Builtin, row};

pub(super) const ROWS: &[Builtin] = &[
    row!(host "http.send", "(object[string: any]) => object[any: any]"),
    // Gatekeeper's own, for external data providers.
    row!(host "external_data", "(any) => any"),
    row!(host "opa.runtime", "() => object[string: any]"),
    row!(host "rand.intn", "(string, number) => number"),
    row!(host "uuid.rfc4122", "(string) => string"),
    row!(host "net.lookup_ip_addr", "(string) => set[string]"),
];
