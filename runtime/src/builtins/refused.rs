//! Unsupported builtins, each with its reason. A policy that uses one does not compile.

use super::row::{Builtin, Kind};

const GRAPHQL: Kind = Kind::Refused("GraphQL is outside what admission policies read");
const SYNTAX: Kind = Kind::Refused("the runtime does not represent OPA's syntax trees as values");
const X509: Kind =
    Kind::Refused("certificates and keys need parsers that the runtime does not carry");

pub(super) const ROWS: &[Builtin] = &[
    Builtin::new(
        "graphql.parse",
        "(any<string, object[any: any]>, any<string, object[any: any]>) => array<object[any: any], object[any: any]>",
        GRAPHQL,
    ),
    Builtin::new(
        "graphql.parse_and_verify",
        "(any<string, object[any: any]>, any<string, object[any: any]>) => array<boolean, object[any: any], object[any: any]>",
        GRAPHQL,
    ),
    Builtin::new("graphql.parse_query", "(string) => object[any: any]", GRAPHQL),
    Builtin::new("graphql.parse_schema", "(string) => object[any: any]", GRAPHQL),
    Builtin::new(
        "graphql.is_valid",
        "(any<string, object[any: any]>, any<string, object[any: any]>) => boolean",
        GRAPHQL,
    ),
    Builtin::new("graphql.schema_is_valid", "(any<string, object[any: any]>) => boolean", GRAPHQL),
    Builtin::new("crypto.x509.parse_certificates", "(string) => array[object[string: any]]", X509),
    Builtin::new(
        "crypto.x509.parse_and_verify_certificates",
        "(string) => array<boolean, array[object[string: any]]>",
        X509,
    ),
    Builtin::new(
        "crypto.x509.parse_and_verify_certificates_with_options",
        "(string, object[string: any]) => array<boolean, array[object[string: any]]>",
        X509,
    ),
    Builtin::new("crypto.x509.parse_certificate_request", "(string) => object[string: any]", X509),
    Builtin::new("crypto.x509.parse_keypair", "(string, string) => object[string: any]", X509),
    Builtin::new("crypto.x509.parse_rsa_private_key", "(string) => object[string: any]", X509),
    Builtin::new("crypto.parse_private_keys", "(string) => array[object[string: any]]", X509),
    Builtin::new("rego.parse_module", "(string, string) => object[string: any]", SYNTAX),
];
