//! Compiles the policies of the workloads that grow.

fn main() {
    ferrego_compiler::Build::new().rego("policies").compile_or_exit();
}
