import KoQuant

/// What `DeviceBenchmark` measured. Speeds are medians.
public struct BenchmarkResult: Sendable {
  public var configuration: ModelConfiguration
  /// Name of the kernels.
  public var kernels: String
  public var residency: Residency
  public var fileBytes: Int
  /// Bytes of weights that every pass reads: those of the layers.
  public var weightBytes: Int
  /// Seconds from the opened file to a model that is ready for use.
  public var openSeconds: Double
  /// Seconds of the very first pass, with the first single text if there is one.
  public var firstPassSeconds = 0.0
  /// Memory once the model was ready, after single texts and after batches; nil where /proc does not tell.
  public var opened: Memory?
  public var singleTexts: Memory?
  public var batches: Memory?
  public var rounds = 0
  public var runs: [Run] = []

  /// Bytes of the process in memory.
  public struct Memory: Sendable {
    /// Pages of mapped files included.
    public var resident: Int
    /// Without pages of files, which the system can take back and share.
    public var unshared: Int
  }

  /// What was measured with one number of threads.
  public struct Run: Sendable {
    public var threads: Int
    /// Multiply-adds per second of the kernels' product instructions alone; nil where they cannot be measured.
    public var productCeiling: Double?
    /// Bytes per second from memory; nil when there was no single text.
    public var readCeiling: Double?
    public var measurements: [Measurement]
    /// Points that would have taken too long.
    public var leftOut: [BenchmarkPoint]
  }

  /// One point with one number of threads.
  public struct Measurement: Sendable {
    public var point: BenchmarkPoint
    /// Of one pass.
    public var seconds: Double
    /// Of matrix products.
    public var multiplyAddsPerSecond: Double
    /// The part of the product ceiling of the same moment.
    public var shareOfCeiling: Double?
    /// The least that the ceilings allow for a single text: the longer of reading the weights once from memory and
    /// of computing the products.
    public var rooflineSeconds: Double?
    /// Seconds as a multiple of the roofline of the same moment.
    public var timesRoofline: Double?
  }
}

extension BenchmarkResult {
  init(_ model: EmbeddingModel, openSeconds: Double) {
    configuration = model.configuration
    kernels = model.kernels.name.description
    residency = model.residency
    fileBytes = model.file.header.totalLength
    weightBytes = model.file.sections.reduce(0) { sum, section in
      section.name.string.hasPrefix("layers.") ? sum + section.rawLength : sum
    }
    self.openSeconds = openSeconds
    opened = .current()
  }
}

extension BenchmarkResult.Memory {
  /// Of this process now.
  static func current() -> Self? {
    let calls = SystemCalls.live
    guard let resident = calls.residentMemory(), let files = calls.residentFileMemory() else { return nil }
    return Self(resident: resident, unshared: resident - files)
  }
}

extension BenchmarkResult.Measurement {
  init(
    _ point: BenchmarkPoint, _ samples: [BenchmarkSample], _ configuration: ModelConfiguration,
    weightBytes: Int
  ) {
    let products = point.multiplyAdds(configuration)
    func roofline(_ sample: BenchmarkSample) -> Double? {
      guard let most = sample.productsPerSecond, let read = sample.bytesPerSecond else { return nil }
      return max(products / most, Double(weightBytes) / read)
    }
    self.point = point
    seconds = samples.map(\.seconds).median
    multiplyAddsPerSecond = products / seconds
    shareOfCeiling = samples.median { sample in
      sample.productsPerSecond.map { products / sample.seconds / $0 }
    }
    rooflineSeconds = samples.median(of: roofline)
    timesRoofline = samples.median { sample in roofline(sample).map { sample.seconds / $0 } }
  }
}
