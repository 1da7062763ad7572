import KoQuant

/// What is measured with one number of threads: a session, and threads of their own for the ceilings.
final class BenchmarkLane {
  let threads: Int
  /// Points that are measured.
  private(set) var points: [BenchmarkPoint]
  /// Seconds of the first pass over a point.
  private(set) var firstPasses: [BenchmarkPoint: Double] = [:]
  private var session: EmbeddingSession
  private let pool: ThreadPool
  private var vectors: [Float]
  private var samples: [BenchmarkPoint: [BenchmarkSample]] = [:]

  private var configuration: ModelConfiguration { session.model.configuration }

  init(_ model: EmbeddingModel, threads: Int, points: [BenchmarkPoint]) throws(EmbeddingError) {
    let tokens = points.map { $0.texts * $0.tokens }.max() ?? 1
    session = try EmbeddingSession(model, options: .init(threads: threads, batchTokens: tokens))
    self.threads = session.threads
    self.points = points
    do throws(SystemError) { pool = try ThreadPool(threads: session.threads) } catch { throw .system(error) }
    vectors = Array(repeating: 0, count: (points.map(\.texts).max() ?? 0) * model.configuration.hiddenSize)
  }

  func firstPass(_ point: BenchmarkPoint) throws(EmbeddingError) -> Double {
    let seconds = try pass(point.batch(configuration))
    firstPasses[point] = seconds
    return seconds
  }

  /// By what the first passes have shown; nil before the first one.
  func expectedSeconds(_ point: BenchmarkPoint) -> Double? {
    if let seconds = firstPasses[point] { return seconds }
    let perProduct = firstPasses.map { $0.value / $0.key.multiplyAdds(configuration) }
    return perProduct.min().map { $0 * point.multiplyAdds(configuration) }
  }

  /// Leaves out what takes too long, as `fastest`, which has made its first passes, lets expect.
  func dropLongPoints(fastest: BenchmarkLane, limit: Double) {
    let factor = Double(fastest.threads) / Double(threads)
    points.removeAll { (fastest.expectedSeconds($0) ?? 0) * factor > limit }
  }

  /// Measures a point once more, and just before it the ceilings that it is compared with.
  func sample(_ point: BenchmarkPoint, _ ceilings: Ceilings) throws(EmbeddingError) {
    let batch = point.batch(configuration)
    // A batch reads the weights once for many texts: memory matters for single ones.
    let isSingle = point.texts == 1
    let reads = isSingle ? ceilings.bytesPerSecond(pool) : nil
    let products = ceilings.productsPerSecond(pool)
    // Reading memory has emptied the caches.
    if isSingle { _ = try pass(batch) }
    var seconds: [Double] = []
    while seconds.count < (isSingle ? 3 : 1) || seconds.reduce(0, +) < 0.04 {
      seconds.append(try pass(batch))
    }
    samples[point, default: []].append(
      BenchmarkSample(seconds: seconds.median, productsPerSecond: products, bytesPerSecond: reads))
  }

  private func pass(_ batch: PackedBatch) throws(EmbeddingError) -> Double {
    let start = now()
    try vectors.withUnsafeMutableBufferPointer { vectors throws(EmbeddingError) in
      try session.embed(batch, into: vectors)
    }
    return now() - start
  }

  /// The medians of what was sampled; points of `wanted` that were not are left out.
  func run(of wanted: [BenchmarkPoint], weightBytes: Int) -> BenchmarkResult.Run {
    let all = samples.values.flatMap { $0 }
    return BenchmarkResult.Run(
      threads: threads, productCeiling: all.median(of: \.productsPerSecond),
      readCeiling: all.median(of: \.bytesPerSecond),
      measurements: points.map { .init($0, samples[$0] ?? [], configuration, weightBytes: weightBytes) },
      leftOut: wanted.filter { !points.contains($0) })
  }
}
