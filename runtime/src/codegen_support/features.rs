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
    ($feature:literal, $builtins:literal) => {
        ::core::compile_error!(::core::concat!(
            "expected the feature `",
            $feature,
            "` of ferrego-runtime, found it disabled; this policy calls ",
            $builtins,
            "\nhelp: enable it in Cargo.toml\n    ferrego-runtime = { version = \"0.1\", \
             features = [\"",
            $feature,
            "\"] }",
        ));
    };
}

/// Defines the check of a feature, which accepts every policy if the feature is enabled.
macro_rules! check {
    ($dollar:tt $feature:tt $name:ident) => {
        #[cfg(feature = $feature)]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $name {
            ($dollar builtins:literal) => {};
        }

        #[cfg(not(feature = $feature))]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $name {
                                    ($dollar builtins:literal) => {
                                        $dollar crate::missing_feature!($feature, $dollar builtins);
                                    };
                                }

        pub use $name;
    };
}

check!($ "aws" require_aws);
check!($ "crypto" require_crypto);
check!($ "encoding" require_encoding);
check!($ "gotemplate" require_gotemplate);
check!($ "jsonschema" require_jsonschema);
check!($ "jwt" require_jwt);
check!($ "regex" require_regex);
check!($ "time" require_time);
check!($ "yaml" require_yaml);

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
                source.contains(&format!("check!($ \"{feature}\" require_{feature});")),
                "{feature}"
            );
        }
    }

    #[test]
    fn the_message_names_a_version_that_this_crate_satisfies() {
        assert!(env!("CARGO_PKG_VERSION").starts_with("0.1."));
    }
}
