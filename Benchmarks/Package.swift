// swift-tools-version: 6.1
import PackageDescription

/// Apart from the library, which stays free of what benchmarks depend on.
let package = Package(
  name: "koquant-benchmarks",
  dependencies: [
    .package(name: "koquant", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .target(
      name: "RelativeTime",
      dependencies: [
        .product(name: "DeviceBenchmark", package: "koquant"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "RelativeTime")
  ]
    + ["KernelBenchmarks", "ModelBenchmarks"].map { name in
      .executableTarget(
        name: name,
        dependencies: [
          "RelativeTime", .product(name: "KoQuant", package: "koquant"),
          .product(name: "Benchmark", package: "benchmark"),
        ],
        path: name,
        plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    })
