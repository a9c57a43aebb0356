//! A program of compiled policies, as `ferrego build` writes it: the policies, the constraints, a
//! Config and an object of the inventory are its contents.

use std::process::ExitCode;

use ferrego_program::{Contents, Embedded, SourceFile, Template};

ferrego_runtime::include_policies!();

static CONTENTS: Contents = Contents {
    name: "executable",
    policies: &[
        Template {
            policy: &required_owner::POLICY,
            title: "Required owner",
            description: "Namespaces must name the team that owns them.",
        },
        Template { policy: &unique_hosts::POLICY, title: "", description: "" },
    ],
    documents: &[
        Embedded {
            file: "constraints.yaml",
            line: 1,
            json: r#"{
                "apiVersion": "constraints.gatekeeper.sh/v1beta1",
                "kind": "RequiredOwner",
                "metadata": {"name": "namespaces-have-an-owner"},
                "spec": {
                    "match": {"kinds": [{"apiGroups": [""], "kinds": ["Namespace"]}]},
                    "parameters": {"teams": ["search", "shop"]}
                }
            }"#,
        },
        Embedded {
            file: "constraints.yaml",
            line: 12,
            json: r#"{
                "apiVersion": "constraints.gatekeeper.sh/v1beta1",
                "kind": "UniqueHosts",
                "metadata": {"name": "hosts-are-unique"},
                "spec": {
                    "enforcementAction": "warn",
                    "match": {"kinds": [{"apiGroups": ["networking.k8s.io"], "kinds": ["Ingress"]}]}
                }
            }"#,
        },
        Embedded {
            file: "config.yaml",
            line: 1,
            json: r#"{
                "apiVersion": "config.gatekeeper.sh/v1alpha1",
                "kind": "Config",
                "metadata": {"name": "config", "namespace": "gatekeeper-system"},
                "spec": {"match": [{"excludedNamespaces": ["kube-*"], "processes": ["*"]}]}
            }"#,
        },
        Embedded {
            file: "inventory.yaml",
            line: 1,
            json: r#"{
                "apiVersion": "networking.k8s.io/v1",
                "kind": "Ingress",
                "metadata": {"name": "search", "namespace": "search"},
                "spec": {"rules": [{"host": "search.example.com"}]}
            }"#,
        },
    ],
    sources: &[SourceFile {
        path: "config.yaml",
        sha256: "55ca6286e3e4f4fba5d0448333fa99fc5a404a73d7f2a1d5b32ff96e5d6a7d72",
    }],
};

fn main() -> ExitCode {
    ferrego_program::main(&CONTENTS)
}
