// swift-tools-version: 6.1
import PackageDescription

// koquant for a package that depends on versions: the sources set compiler flags of their own (`unsafeFlags`), which
// SwiftPM allows for nobody's dependency, so the library comes as a binary. Tools/make-artifact-bundle makes it.
let package = Package(
  name: "similarity",
  targets: [
    .binaryTarget(name: "koquant", path: "koquant.artifactbundle"),
    .executableTarget(name: "Similarity", dependencies: ["koquant"]),
  ]
)
