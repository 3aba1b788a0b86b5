import "segring/pool/worker";
