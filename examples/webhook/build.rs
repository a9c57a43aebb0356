//! Compiles the templates in `policies/`.

fn main() {
    ferrego_compiler::Build::new().template("policies/").compile_or_exit();
}
