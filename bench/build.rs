//! Compiles the measured policy.

fn main() {
    ferrego_compiler::Build::new()
        .template("../fixtures/templates/image-pull-policy")
        .compile_or_exit();
}
