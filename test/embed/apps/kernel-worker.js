/** One worker file for rings and pools: each takes its own messages. */
import "segring/pool/worker";
import "segring/ring/worker";
