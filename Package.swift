// swift-tools-version: 6.1
import PackageDescription

/// One target per instruction set: the flags of a target are the only way to let the compiler use its
/// instructions, and the dispatcher in `KoQuant` only calls a target whose instructions the CPU has.
struct KernelTarget {
  var name: String
  var flags: [String]
  /// Other targets whose code it calls.
  var uses: [String] = []

  var target: Target {
    .target(
      name: name, dependencies: ["Kernels"] + uses.map { .target(name: $0) },
      swiftSettings: [.unsafeFlags(["-O"] + flags.flatMap { ["-Xcc", $0] })])
  }
}

#if arch(x86_64)
  let instructionSets = [
    KernelTarget(name: "KernelsAVX2", flags: ["-mavx2", "-mfma"], uses: ["CShims"]),
    KernelTarget(name: "KernelsAVXVNNI", flags: ["-mavx2", "-mfma", "-mavxvnni"]),
    KernelTarget(name: "KernelsAVX512VNNI", flags: ["-march=x86-64-v4", "-mavx512vnni"], uses: ["CShims"]),
    KernelTarget(
      name: "KernelsAMX", flags: ["-march=x86-64-v4", "-mavx512vnni", "-mamx-int8"],
      uses: ["CShims"]),
  ]
#elseif arch(arm64)
  let instructionSets = [
    KernelTarget(name: "KernelsNEON", flags: []),
    KernelTarget(name: "KernelsNEONDotProd", flags: ["-march=armv8.2-a+dotprod"]),
    KernelTarget(name: "KernelsNEONI8MM", flags: ["-march=armv8.2-a+i8mm"]),
  ]
#elseif arch(arm)
  let instructionSets = [
    KernelTarget(name: "KernelsNEON", flags: ["-mfpu=neon-vfpv4"]),
    KernelTarget(name: "KernelsVFPv4", flags: ["-mfpu=vfpv4"], uses: ["CShims", "KernelsNEON"]),
  ]
#else
  let instructionSets: [KernelTarget] = []
#endif

/// The kernels of AVX-VNNI in the encoding that CPUs with AVX-512 run, for tests there.
#if arch(x86_64)
  let kernelsForTests = [
    Target.target(
      name: "KernelsEVEX", dependencies: ["Kernels"], path: "Tests/KernelsEVEX",
      swiftSettings: [
        .unsafeFlags(["-O"] + ["-mavx2", "-mfma", "-mavx512vl", "-mavx512vnni"].flatMap { ["-Xcc", $0] })
      ])
  ]
#else
  let kernelsForTests: [Target] = []
#endif

let package = Package(
  name: "koquant",
  products: [
    .library(name: "KoQuant", targets: ["KoQuant"]),
    .library(name: "DeviceBenchmark", targets: ["DeviceBenchmark"]),
    .executable(name: "koquant", targets: ["KoQuantCLI"]),
    .executable(name: "koquant-embed", targets: ["KoQuantEmbed"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .target(name: "CShims", linkerSettings: [.linkedLibrary("zstd"), .linkedLibrary("m")]),
    .target(name: "Kernels"),
    .target(name: "KernelsPortable", dependencies: ["Kernels"], swiftSettings: [.unsafeFlags(["-O"])]),
    .target(
      name: "KoQuant",
      dependencies: ["CShims", "Kernels", "KernelsPortable"]
        + instructionSets.map { .target(name: $0.name) }),
    .target(name: "CKoQuant"),
    .target(name: "KoQuantC", dependencies: ["CKoQuant", "Kernels", "KoQuant"]),
    .target(name: "Interchange"),
    .target(name: "Checkpoint", dependencies: ["KoQuant", "Interchange"]),
    .target(name: "Reference", dependencies: ["KoQuant", "Kernels", "Interchange", "Checkpoint"]),
    .target(
      name: "Conversion",
      dependencies: [
        "KoQuant", "Kernels", "CShims", "Interchange", "Checkpoint", "Reference", "Evaluation",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "Evaluation", dependencies: ["KoQuant", "Kernels", "Interchange", "Checkpoint", "Reference"]),
    .target(
      name: "DeviceBenchmark",
      dependencies: ["KoQuant", "CShims", "Kernels", "KernelsPortable"]
        + instructionSets.map { .target(name: $0.name) }),
    .executableTarget(
      name: "KoQuantCLI",
      dependencies: [
        "KoQuant", "Kernels", "CShims", "Interchange", "Checkpoint", "Reference", "Conversion", "Evaluation",
        "DeviceBenchmark",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "KoQuantEmbed", dependencies: ["KoQuant"]),
    .testTarget(
      name: "KernelsTests",
      dependencies: ["Kernels", "KernelsPortable", "KoQuant"]
        + instructionSets.map { .target(name: $0.name) }
        + kernelsForTests.map { .target(name: $0.name) }),
    .testTarget(name: "KoQuantTests", dependencies: ["KoQuant", "CShims"], resources: [.copy("Golden")]),
    .testTarget(name: "InterchangeTests", dependencies: ["Interchange"]),
    .testTarget(
      name: "CheckpointTests", dependencies: ["Checkpoint", "Interchange", "KoQuant"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "PipelineTests",
      dependencies: [
        "KoQuant", "Kernels", "CShims", "Interchange", "Checkpoint", "Reference", "Conversion", "Evaluation",
        "DeviceBenchmark", "KoQuantCLI",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      resources: [.copy("Golden")]),
  ] + instructionSets.map(\.target) + kernelsForTests
)
