/// Sentences with the tokens and vectors that the fp32 checkpoint gives them, and how far the int8 model may
/// be from those: what lets any device check tokenizer and drift without the fp32 weights.
public struct Probes: Sendable, Equatable {
  public struct Probe: Sendable, Equatable {
    /// UTF-8.
    public var text: [UInt8]
    /// With special tokens, truncated as the model truncates.
    public var ids: [UInt32]
    /// The fp32 reference, `dimension` values.
    public var vector: [Float]

    public init(text: [UInt8], ids: [UInt32], vector: [Float]) {
      self.text = text
      self.ids = ids
      self.vector = vector
    }
  }

  /// Bounds on the drift of int8 vectors from the fp32 ones.
  public struct DriftLimits: Sendable, Equatable {
    /// Least mean of the cosines.
    public var meanCosine: Float
    /// Least cosine.
    public var minimumCosine: Float
    /// Greatest absolute difference of an element.
    public var maximumAbsolute: Float

    public init(meanCosine: Float, minimumCosine: Float, maximumAbsolute: Float) {
      self.meanCosine = meanCosine
      self.minimumCosine = minimumCosine
      self.maximumAbsolute = maximumAbsolute
    }
  }

  /// Elements of each vector.
  public var dimension: Int
  public var limits: DriftLimits
  public var probes: [Probe]

  public init(dimension: Int, limits: DriftLimits, probes: [Probe]) {
    self.dimension = dimension
    self.limits = limits
    self.probes = probes
  }
}

extension Probes {
  public static let maximumCount = 65_536

  /// Throws `KoqError.invalidContents` for what a file may not hold.
  public func validate() throws(KoqError) {
    func require(_ condition: Bool, _ field: KoqError.Field) throws(KoqError) {
      if !condition { throw KoqError(.invalidContents(field), section: .probes) }
    }
    try require((1...ModelConfiguration.maximumChannels).contains(dimension), "dimension")
    try require((-1...1).contains(limits.meanCosine), "limit of the mean cosine")
    try require((-1...1).contains(limits.minimumCosine), "limit of the least cosine")
    try require(limits.maximumAbsolute >= 0 && limits.maximumAbsolute.isFinite, "limit of the difference")
    try require(probes.count <= Self.maximumCount, "number of probes")
    for probe in probes {
      try require(probe.text.withUnsafeBytes { $0.isUTF8 }, "text of a probe")
      try require(probe.vector.count == dimension, "length of a probe's vector")
      try require(probe.vector.allSatisfy { $0.isFinite }, "vector of a probe")
    }
  }
}
