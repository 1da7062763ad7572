import Checkpoint
import KoQuant

/// The fp32 weights of one encoder layer, as a checkpoint has them: matrices row-major [outputs, inputs].
///
/// One object serves all layers in turn: a layer of 12x768 takes 28 MB.
public final class LayerWeights {
  public let hiddenSize: Int
  public let intermediateSize: Int
  private let buffer: AlignedBuffer
  private let ranges: [LayerWeight: Range<Int>]

  public init(_ configuration: ModelConfiguration) throws(ReferenceError) {
    hiddenSize = configuration.hiddenSize
    intermediateSize = configuration.intermediateSize
    var ranges: [LayerWeight: Range<Int>] = [:]
    var end = 0
    for weight in LayerWeight.allCases {
      let count = weight.elements(hidden: hiddenSize, intermediate: intermediateSize)
      ranges[weight] = end..<end + count
      end += count
    }
    self.ranges = ranges
    let count = end
    buffer = try ReferenceError.allocating { () throws(SystemError) in
      try AlignedBuffer(count: count, of: Float.self, zeroed: false)
    }
  }

  /// The elements of a weight, to be read or filled; valid as long as this object.
  public subscript(weight: LayerWeight) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: buffer.elements(of: Float.self)[ranges[weight] ?? 0..<0])
  }
}

extension LayerWeight {
  func elements(hidden: Int, intermediate: Int) -> Int {
    switch self {
    case .attentionQuery, .attentionKey, .attentionValue, .attentionOutput: hidden * hidden
    case .intermediate, .output: hidden * intermediate
    case .intermediateBias: intermediate
    default: hidden
    }
  }
}
