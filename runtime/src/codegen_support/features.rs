//! Checks of this crate's features, which run while generated code is compiled.
//!
//! The compiler knows the builtins of all features, whatever features its own copy of this crate
//! has, so that these do not decide whether a policy is valid. A policy that calls `regex.match`
//! begins with `rt::require_regex!("regex.match")`. If the crate that links the policy lacks the
//! feature, the macro stops the build and prints the line for `Cargo.toml`.

/// Stops the build with an error that names the feature that a policy needs.
#[doc(hidden)]
#[macro_export]
macro_rules! missing_feature {
    ($feature:literal, $reason:literal, $details:literal) => {
        ::core::compile_error!(::core::concat!(
            "expected the feature `",
            $feature,
            "` of ferrego-runtime, found it disabled; this policy ",
            $reason,
            " ",
            $details,
            "\nhelp: enable it in Cargo.toml\n    ferrego-runtime = { version = \"0.1\", \
             features = [\"",
            $feature,
            "\"] }",
        ));
    };
}

/// Defines the check of a feature, which accepts every policy if the feature is enabled.
macro_rules! check {
    ($dollar:tt $feature:tt $name:ident $reason:literal) => {
        #[cfg(feature = $feature)]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $name {
            ($dollar details:literal) => {};
        }

        #[cfg(not(feature = $feature))]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $name {
                                                    ($dollar details:literal) => {
                                                        $dollar crate::missing_feature!(
                                                            $feature, $reason, $dollar details
                                                        );
                                                    };
                                                }

        pub use $name;
    };
}

check!($ "aws" require_aws "calls");
check!($ "crypto" require_crypto "calls");
check!($ "encoding" require_encoding "calls");
check!($ "gotemplate" require_gotemplate "calls");
check!($ "jsonschema" require_jsonschema "calls");
check!($ "jwt" require_jwt "calls");
check!($ "regex" require_regex "calls");
check!($ "stack" require_stack "has rules that refer to each other in a chain of");
check!($ "time" require_time "calls");
check!($ "yaml" require_yaml "calls");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::builtins;

    #[test]
    fn every_feature_of_the_table_has_a_check() {
        let features: BTreeSet<_> = builtins::all().map(|row| row.feature).collect();
        let source = include_str!("features.rs");
        for feature in features.into_iter().filter(|feature| !feature.is_empty()) {
            assert!(
                source.contains(&format!("check!($ \"{feature}\" require_{feature} \"calls\");")),
                "{feature}"
            );
        }
    }

    #[test]
    fn the_message_names_a_version_that_this_crate_satisfies() {
        assert!(env!("CARGO_PKG_VERSION").starts_with("0.1."));
    }
}
