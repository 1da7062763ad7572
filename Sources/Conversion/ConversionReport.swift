import Evaluation
import KoQuant

/// What became of a checkpoint.
public struct ConversionReport: Sendable {
  /// A quantized matrix and |W - scale * Q| / |W|, Frobenius norms.
  public struct Matrix: Sendable {
    public var name: String
    public var relativeError: Double
  }

  /// Bytes of all files of the checkpoint that were read.
  public var sourceBytes: UInt64
  public var summary: KoqWriter.Summary
  public var matrices: [Matrix]
  /// Drift of the hidden states on the probes, the embeddings first.
  public var layers: [LayerDrift]
  /// Drift of the vectors on the probes.
  public var drift: Drift
  /// Number of probes.
  public var probes: Int

  /// Bytes of the file.
  public var fileBytes: Int { summary.header.totalLength }
  public var worstMatrix: Matrix? { matrices.max { $0.relativeError < $1.relativeError } }
}
