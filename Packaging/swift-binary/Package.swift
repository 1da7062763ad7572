// swift-tools-version: 6.1
import PackageDescription

// The package to publish: this file and what Tools/make-artifact-bundle makes, in a repository of their own with
// a tag for each version.
let package = Package(
  name: "koquant-binary",
  products: [.library(name: "CKoQuantBinary", targets: ["koquant"])],
  targets: [.binaryTarget(name: "koquant", path: "koquant.artifactbundle")]
)
