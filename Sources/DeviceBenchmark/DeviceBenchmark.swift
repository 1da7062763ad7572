import KoQuant

/// Measures how fast a model runs on this device, beside what the device can do at most.
///
/// Clock speeds and neighbours change from second to second, so nothing is measured in one go: in each round every
/// point has its turn, with the ceilings just before it, and the figures are medians over the rounds.
public struct DeviceBenchmark: Sendable {
  public struct Options: Sendable {
    public var residency: Residency?
    /// Numbers of threads, each of which gets a run of its own in the result.
    public var threads: [Int]
    public var points: [BenchmarkPoint]
    /// Rounds go on for about so long. A point of which one pass takes more than a quarter of it is left out.
    public var seconds: Double

    public init(residency: Residency?, threads: [Int], points: [BenchmarkPoint], seconds: Double) {
      self.residency = residency
      self.threads = threads
      self.points = points
      self.seconds = seconds
    }
  }

  public enum Progress: Sendable {
    case opening
    case firstPass(BenchmarkPoint)
    case round(Int, threads: Int, BenchmarkPoint)
  }

  private static let mostRounds = 25

  private let options: Options
  private var longestPass: Double { options.seconds / 4 }

  public init(_ options: Options) {
    self.options = options
  }

  /// - Throws: `invalidBatch` for a point whose texts are longer than the model takes, and whatever opening and
  ///   running a model throws.
  public func run(
    _ file: KoqFile, progress: (Progress) -> Void = { _ in }
  ) throws(EmbeddingError) -> BenchmarkResult {
    progress(.opening)
    let start = now()
    let model = try EmbeddingModel(file, options: .init(residency: options.residency))
    var result = BenchmarkResult(model, openSeconds: now() - start)
    var lanes: [BenchmarkLane] = []
    for threads in options.threads.sorted(by: >) {
      lanes.append(try BenchmarkLane(model, threads: threads, points: options.points))
      // Before there is anything else in memory.
      if lanes.count == 1 { try firstPasses(lanes[0], &result, progress) }
    }
    lanes.reverse()
    for lane in lanes { lane.dropLongPoints(fastest: lanes[lanes.count - 1], limit: longestPass) }
    let ceilings = try Ceilings(model.kernels)
    let end = now() + options.seconds
    while result.rounds < Self.mostRounds, result.rounds == 0 || now() < end {
      result.rounds += 1
      for lane in lanes {
        for point in lane.points {
          progress(.round(result.rounds, threads: lane.threads, point))
          try lane.sample(point, ceilings)
        }
      }
    }
    result.runs = lanes.map { $0.run(of: options.points, weightBytes: result.weightBytes) }
    return result
  }

  /// A pass over every point, small ones first, that touches what later passes find warm.
  private func firstPasses(
    _ lane: BenchmarkLane, _ result: inout BenchmarkResult, _ progress: (Progress) -> Void
  ) throws(EmbeddingError) {
    let points = options.points.sorted { ($0.texts, $0.tokens) < ($1.texts, $1.tokens) }
    for point in points {
      progress(.firstPass(point))
      let isFirst = lane.firstPasses.isEmpty
      let expected = lane.expectedSeconds(point) ?? 0
      if expected > longestPass { continue }
      let seconds = try lane.firstPass(point)
      if isFirst { result.firstPassSeconds = seconds }
      if point.texts == 1 { result.singleTexts = .current() }
      if point.texts > 1 { result.batches = .current() }
    }
  }
}
