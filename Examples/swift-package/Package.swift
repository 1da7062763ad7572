// swift-tools-version: 6.1
import PackageDescription

// koquant's sources set compiler flags of their own (`unsafeFlags`), which SwiftPM allows for nobody's dependency by
// version, so the library comes as a binary: Packaging/swift-binary, from wherever it is published.
let repository = Context.environment["KOQUANT_BINARY"] ?? "../koquant-binary"

let package = Package(
  name: "similarity",
  dependencies: [.package(url: repository, from: "1.0.0")],
  targets: [
    .executableTarget(
      name: "Similarity", dependencies: [.product(name: "CKoQuantBinary", package: "koquant-binary")])
  ]
)
